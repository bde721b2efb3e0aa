"""What every student cell needs: answers, givens and the door to the check. Nothing here is secret."""
