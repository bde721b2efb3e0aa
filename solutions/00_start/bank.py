# Answers as students write them: honest ones must pass, wrong ones must be rejected and named.
# Header: honest="what is special" or wrong="the misconception", then exercise="its id".

# %% honest="whole numbers" exercise="first_answer"
answer["first_answer"] = [4, 2, 1, 0.5]

# %% honest="a tensor" exercise="first_answer"
answer["first_answer"] = 4 * 0.5 ** torch.arange(4)

# %% honest="a loop" exercise="first_answer"
x, points = 4.0, []
for _ in range(4):
    points.append(x)
    x = x / 2
answer["first_answer"] = tuple(points)

# %% wrong="start counted as a step" exercise="first_answer"
answer["first_answer"] = [4.0, 4.0, 2.0, 1.0]

# %% wrong="start missing" exercise="first_answer"
answer["first_answer"] = [2.0, 1.0, 0.5]

# %% wrong="double step" exercise="first_answer"
answer["first_answer"] = [4.0 * 2**k for k in range(4)]
