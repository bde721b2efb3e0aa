# %% [markdown]
# # 0 · Start here
#
# 10 minutes, no points.
# You learn how a check speaks to you, where your answers are kept, and how to hand them in.
#
# **After this page you can**
# - run a cell, read a card, and ask for a hint;
# - tell *not attempted* from *not yet* from *passed*;
# - hand in your work.

# %% [markdown]
# ## Is everything there?
# Run the cell above with Shift+Enter, then the cell below.
# It prints the versions that do the work; nothing here needs a graphics card or a download.

# %%
import sys

import matplotlib
import numpy

print("Python    ", sys.version.split()[0])
print("torch     ", torch.__version__)
print("NumPy     ", numpy.__version__)
print("Matplotlib", matplotlib.__version__)
assert torch.tensor([1.0]).add(1).item() == 2.0, "torch does not compute: restart the kernel, or install it again"
torch.set_printoptions(precision=3)  # tensors are printed with three digits after the point
print(torch.tensor([torch.pi]), "- torch computes, and you are ready.")

# %% [markdown]
# ## A first picture
# A ball on the curve $f(x) = x^2$ starts at $x = 4$, and each step halves its $x$.
# Press *Play*, or drag the slider, or click into the picture and use the arrow keys.
# The line under the picture tells you where the ball is, and the black stroke is the slope there.

# %% picture="first_answer"
live_plot.animate(lambda x: x**2, [4 * 0.5**k for k in range(6)], x_range=(-5, 5), delta=600)

# %% [markdown]
# The ball crosses the picture in ever shorter steps, because half of a small number is smaller still.
# The whole course is about walks like this one: where they start, how long each step is, and where they end.

# %% [markdown]
# ## Your first answer
# Write down the first four points of that walk, the start included: `answer["first_answer"] = [...]` with four numbers.
# Your answer is one line long; it takes the place of the line `raise NotImplementedError`.
#
# Before you change anything, run the two cells below as they are.
# The first one stops at its last line, and the check says *not attempted*: nothing is broken.

# %% exercise="first_answer"
### BEGIN SOLUTION
answer["first_answer"] = [4.0, 2.0, 1.0, 0.5]
### END SOLUTION

# %% check="first_answer"
check(answer, "first_answer")

# %% [markdown]
# Now put something in that is almost right, such as `answer["first_answer"] = [4.0, 4.0, 2.0, 1.0]`, run both cells again, and read the card.
# It says what it saw, what may have happened, and asks one question.
# Under *Hint 1* to *Hint 3* there is more, for when you want it; hints cost nothing.
# Then make it right.
#
# | the card says | it means |
# |---|---|
# | ○ Not attempted | nothing is recorded yet |
# | △ Not yet | something is recorded, and it differs; the card says where and, if it can, why |
# | ✕ Stopped by an error | your cell raised an exception before it recorded anything |
# | ✓ Passed | right with the numbers on this page |
#
# The bar at the foot of a card shows how many exercises and points of the lesson are done.

# %% [markdown]
# ## The numbers change
# Most exercises begin with a line such as
#
# ```python
# start, lr, steps = answer.given("some_exercise", start=15.0, lr=0.05, steps=100)
# ```
#
# It gives you the numbers to work with.
# When your work is graded, the notebook runs twice: once with these numbers, and once with others that nobody sees.
# So use the names, `start`, `lr` and `steps`, and never copy their values into your code.
# An answer that holds for the printed numbers only earns half of its points.

# %% [markdown]
# ## Handing in
# Your answers are written to a file beside this notebook at every assignment.
# Save the notebook and hand in the notebook itself; if you are asked for the answer file too, the line below says where it is, and in Colab it downloads it.

# %%
answer.download()
