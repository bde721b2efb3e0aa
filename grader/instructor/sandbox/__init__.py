"""Run cells of people one does not know: a fork server, what confines its children, and who watches them.

`supervisor` is trusted and starts `runtime` in the strongest tier that `tier` finds; `runtime` forks a
child for each job and never reads what a child says; `confine` holds what a child gives up.
"""
