"""The misconceptions the course knows, each once; exercises pair them with the answers they lead to."""

from grader.judge.model import Crash, Misconception

# --------------------------------------------------------------------------- gradients
INTEGER = Misconception(
    "integer tensor",
    "Only tensors of real numbers have gradients, and a whole number makes an integer tensor.",
    "How do you tell torch.tensor that you mean a real number?",
)
EMPTY_SLOTS = Misconception(
    "empty slots",
    "torch.Tensor(n) makes n empty slots instead of one number n.",
    "Which call takes the value itself?",
)
NO_GRAD_ASKED = Misconception(
    "requires_grad missing",
    "Autograd was not asked to watch x before y was computed, or y was cut from x on the way.",
    "Which tensor needs requires_grad, and is y still made from it?",
)
NOT_SCALAR = Misconception(
    "backward on several numbers",
    "backward() starts from one number, and this loss has several.",
    "Which operation turns them into one?",
)
BACKWARD_ONLY = Misconception(
    "backward thought to move",
    "backward() fills x.grad and leaves x where it is; a tensor that x was bound to anew does not count.",
    "Which line changes the numbers inside x itself?",
)
GRAPH_REUSED = Misconception(
    "forward outside the loop",
    "The loss was computed once, and its graph is gone after the first backward().",
    "Where must y be computed so that it belongs to the current x?",
)
GRAD_CALLED = Misconception(
    "grad called",
    "x.grad is a tensor and not a function.",
    "What do the brackets after x.grad ask for?",
)
FIRST_SLOPE = Misconception(
    "slope of the start",
    "Every step uses the slope at the start.",
    "At which point is the gradient of the next step taken?",
)
GRAD_IS_NONE = Misconception(
    "gradient read too early",
    "x.grad is None until a backward() has reached this very tensor.",
    "Did backward() run before, and on the same x?",
)
READS_POINT = Misconception(
    "point for slope",
    "This is the point itself, not the slope there.",
    "In which attribute does backward() leave the slope?",
)
READS_VALUE = Misconception(
    "value for slope",
    "This is the value of the function, not its slope.",
    "What does backward() compute, and where does it leave it?",
)
SWAPPED = Misconception(
    "coordinates swapped",
    "The slopes are right and stand in the wrong order.",
    "Which slope belongs to the first variable?",
)
AVERAGED = Misconception(
    "mean for sum",
    "Every slope is divided by how many numbers there are, as a mean would do.",
    "Is the loss a sum or a mean?",
)
SIGN_REVERSED = Misconception(
    "sign reversed",
    "The size is right and the sign is not.",
    "Where does a minus come in?",
)
COUNTED_TWICE = Misconception(
    "slope counted twice",
    "Each slope is twice what it should be.",
    "How often does backward() run before you read the gradient?",
)
CLEARED_LATE = Misconception(
    "gradient cleared after the last backward",
    "The gradient is emptied once more after the last backward(), before it is read.",
    "When is the gradient read, and what was the last thing that happened to it?",
)
FLAG_REVERSED = Misconception(
    "clear reversed",
    "The answers for clear=True and clear=False are exchanged.",
    "In which of the two cases is the gradient emptied?",
)
ONE_ROUND_MORE = Misconception(
    "one round too many",
    "There is one backward() more than asked for.",
    "How many times does range(n) run?",
)
ONE_BACKWARD_LESS = Misconception(
    "one round too few",
    "There is one backward() fewer than asked for.",
    "How many times does your loop run when n is one?",
)
LEFT_FULL = Misconception(
    "gradient left behind",
    "The step leaves its gradient in X, and the next backward() of the caller would add to it.",
    "What should X.grad hold when the function is done?",
)
LISTS_EXCHANGED = Misconception(
    "lists exchanged",
    "The values stand where the points belong, and the points where the values belong.",
    "Which of the two comes first?",
)
ANOTHER_COUNT = Misconception(
    "another number of entries",
    "The list has another number of entries than asked for, or one of them twice.",
    "How many does the text ask for?",
)
MISSES_ABS = Misconception(
    "descends f, not its size",
    "The walk goes down f itself: for negative x the cube has no bottom.",
    "What do you descend when f is negative?",
)
HALF_SLOPE = Misconception(
    "half the slope",
    "Each slope is half of what autograd finds.",
    "What is the derivative of a square?",
)
NOT_SYMMETRIC = Misconception(
    "matrix taken as symmetric",
    "Twice the matrix times v is the gradient only for a symmetric matrix.",
    "What happens to the transposed matrix in the derivative?",
)
SQUARED = Misconception(
    "slopes multiplied",
    "The second backward() would multiply here.",
    "Which operation joins the old gradient and the new one?",
)
X_CHANGED = Misconception(
    "argument changed",
    "The tensor that was handed in has other values afterwards.",
    "How do you get a copy that is yours to work on?",
)

HEAD_MISSING = Misconception(
    "first node missing",
    "The chain begins one node too late.",
    "Whose grad_fn is the first node of the chain?",
)
LEAF_MISSING = Misconception(
    "leaf missing",
    "The chain stops before it reaches the leaf.",
    "Which node hands the gradient to a leaf, and how does the chain end after it?",
)
BACKWARDS = Misconception(
    "order reversed",
    "The chain runs from the leaf to the result.",
    "From which end does backward() start?",
)
OTHER_BRANCH = Misconception(
    "another pair followed",
    "The way through the graph leaves by another pair than the first.",
    "Which pair of next_functions does your line take where there are two?",
)
ONLY_HEAD = Misconception(
    "walk not continued",
    "Only the first node is there.",
    "How do you get from one node to the next, and how often?",
)
ONE_SIDED = Misconception(
    "one-sided difference",
    "The difference is taken on one side of x only.",
    "Which two points does the symmetric difference use?",
)
WIDTH_HALVED = Misconception(
    "width of the interval",
    "The slope is twice too steep: the two points are farther apart than the divisor says.",
    "How far apart are the two points?",
)
PRECEDENCE = Misconception(
    "brackets missing",
    "Division and multiplication bind before the minus sign does.",
    "Which part of the formula is divided, and by what?",
)
EXACT_SLOPE = Misconception(
    "exact slope returned",
    "This is the exact derivative, and the numeric one was asked for.",
    "Where does h enter your slope?",
)
SMALLER_IS_BETTER = Misconception(
    "smaller is always better",
    "With an h this small the two values of f agree in almost all digits, and rounding is what is left.",
    "What does the error curve do on its left side?",
)
TOO_COARSE = Misconception(
    "secant for tangent",
    "With an h this large the curve bends between the two points.",
    "What does the error curve do on its right side?",
)
EXPONENT = Misconception(
    "exponent for number",
    "This is the exponent, not h itself.",
    "How do you write ten to that power?",
)
LEAF_NEEDS_GRAD = Misconception(
    "leaf thought to require grad",
    "A leaf is a tensor that no recorded operation made, whether it requires a gradient or not.",
    "Which operation made this tensor?",
)
RESULT_AS_LEAF = Misconception(
    "result taken for a leaf",
    "A recorded operation made this tensor, so it is a result.",
    "Does the tensor have a grad_fn?",
)
DETACHED_AS_RESULT = Misconception(
    "detached tensor taken for a result",
    "detach() cuts the tensor from its past: it starts anew.",
    "Does a detached tensor have a grad_fn?",
)
GRAD_WITHOUT_ASKING = Misconception(
    "gradient without being asked",
    "Only a tensor that requires a gradient gets one.",
    "Who asked autograd to watch this tensor?",
)
RESULT_KEEPS_GRAD = Misconception(
    "result thought to keep its gradient",
    "Gradients flow through results and stay only in leaves.",
    "Is this tensor a leaf?",
)
NOT_REACHED = Misconception(
    "gradient without a path",
    "Requiring a gradient is not enough: the loss must be made from the tensor.",
    "Is there a path from the loss to this tensor?",
)
GRAD_OVERLOOKED = Misconception(
    "gradient overlooked",
    "A leaf that requires a gradient and that the loss is made from gets one.",
    "Which leaf do all paths from the loss lead to?",
)
AIMS_AT_MINIMUM = Misconception(
    "aims at the minimum",
    "The steepest way down rarely points at the minimum.",
    "What are the two slopes at this point, and which sign do they have?",
)
STEEPEST_AXIS = Misconception(
    "steepest axis only",
    "Both slopes count, not only the larger one.",
    "Is the smaller slope zero?",
)
NOT_UNIT = Misconception(
    "length kept",
    "The direction is right and its length is not one.",
    "By what do you divide?",
)
OTHER_NORM = Misconception(
    "another length",
    "The length that is computed is not the Euclidean one.",
    "How long is a vector with two perpendicular parts?",
)
ZERO_BY_ZERO = Misconception(
    "zero divided by zero",
    "Where the slope is zero, so is its length, and the quotient is not a number.",
    "What should the direction be where it is flat?",
)

# --------------------------------------------------------------------------- the step
NEVER_CLEARED = Misconception(
    "gradient never cleared",
    "Each backward() adds to x.grad.",
    "Where do you empty it, and how often?",
)
CLEARED_EARLY = Misconception(
    "gradient cleared before its use",
    "The gradient is emptied between backward() and the step that needs it.",
    "In which order do backward, step and clearing come?",
)
CLEARED_ALWAYS = Misconception(
    "backward thought to overwrite",
    "This would hold if backward() wrote over x.grad; it adds.",
    "What is in x.grad before the second backward()?",
)
IN_PLACE_WATCHED = Misconception(
    "step outside no_grad",
    "The step itself is being recorded by autograd, which a leaf does not allow.",
    "What tells autograd to look away while x moves?",
)
STILL_WATCHED = Misconception(
    "tensor still watched",
    "Autograd still watches this tensor, so its numbers cannot be taken out directly.",
    "Which call gives the numbers without their history?",
)
FUNCTION_LOST = Misconception(
    "function overwritten",
    "The name of the function now holds a tensor.",
    "Which line assigns to the name of the function?",
)
MORE_STEPS = Misconception(
    "more steps than asked for",
    "The walk is right as far as it should go, and goes on.",
    "Which number says how many steps the loop makes, and is it the one that is given?",
)
RETURN_IN_LOOP = Misconception(
    "ends after the first round",
    "The walk is right and ends after its first round.",
    "How far is the line with return indented?",
)
STEPS_IGNORED = Misconception(
    "number of steps ignored",
    "With a tolerance the walk takes more steps than are allowed.",
    "What should happen when the steps are used up and the tolerance is not reached?",
)
TAKEN_OFF = Misconception(
    "difference for half",
    "The same number is taken off each time, and each entry should be half of the one before.",
    "What is the half of the second entry?",
)
VALUE_FOR_PLACE = Misconception(
    "value for place",
    "These are values of the function, and the places where they are taken were asked for.",
    "What do you read at the end of the walk: x or f(x)?",
)
TARGET_NO_TENSOR = Misconception(
    "target is no tensor",
    "A loss function compares two tensors, and its second argument is a plain number.",
    "What makes a tensor of a number?",
)
CONTESTANTS_FIXED = Misconception(
    "contestants ignored",
    "The contestants of the notebook are raced, whichever are passed.",
    "Over which dictionary does your loop go?",
)
LOSS_FOR_EPOCH = Misconception(
    "loss for its epoch",
    "This is the lowest loss, and the number of its epoch was asked for.",
    "How do you find out where in the list the lowest loss stands?",
)
MODULE_LOST = Misconception(
    "module overwritten",
    "The name of the module now holds an optimizer.",
    "Which line gives the name of the module to something else?",
)
TENSOR_WITHOUT = Misconception(
    "zero_grad of a tensor",
    "zero_grad() belongs to an optimizer; what a tensor has is x.grad, which has a zero_() or can be None.",
    "Which object holds the slopes that should go?",
)
OTHER_LENGTH = Misconception(
    "another number of letters",
    "There are more or fewer letters than questions.",
    "Does every question have one letter?",
)
SLOPE_FORGOTTEN = Misconception(
    "slope forgotten",
    "The same length is taken off in each step, and the slope does not enter it.",
    "By what is the rate multiplied in a step?",
)
STEP_FOR_POINT = Misconception(
    "steps for points",
    "These are the lengths of the steps, and the points that they lead to were asked for.",
    "Where does the walk stand after its first step?",
)
REBOUND = Misconception(
    "x bound to a new tensor",
    "x = x - ... makes a new tensor; the old one, with its gradient, is lost.",
    "How do you change the numbers inside the old x?",
)
COORDINATE_BY_COORDINATE = Misconception(
    "coordinates moved one after the other",
    "The second coordinate was moved with a gradient from the half-moved point.",
    "From which point do both coordinates of one step start?",
)
CLIMBS = Misconception(
    "uphill",
    "The walk climbs: the gradient points up.",
    "Which sign does the step need?",
)
DOUBLED = Misconception(
    "double step",
    "Every step is twice as long as lr times the slope: two backward(), two updates or a doubled rate.",
    "How many backward() and how many updates happen in one round?",
)
SIGN_ONLY = Misconception(
    "size of the slope ignored",
    "All steps have the same length, whatever the slope.",
    "What does the size of the slope do to the step?",
)
RATE_SHRINKS = Misconception(
    "rate divided by the step number",
    "The steps shrink like one over k, faster than the slope does.",
    "Does anything in your loop change lr?",
)
RATE_FORGOTTEN = Misconception(
    "rate forgotten",
    "The rate does not enter the step.",
    "Which factor makes a step small?",
)
RATE_FIXED = Misconception(
    "argument ignored",
    "The walk keeps the default rate and ignores the one that was passed.",
    "Which name in the signature does your step use?",
)
FUNCTION_FIXED = Misconception(
    "function ignored",
    "The slope belongs to another function than the one that was passed.",
    "Which name in the signature gives you the function?",
)
OPTIMIZER_FIXED = Misconception(
    "optimizer ignored",
    "The steps are those of another optimizer than the one that was passed.",
    "Which name in the signature makes the optimizer?",
)

# --------------------------------------------------------------------------- recording
AFTER_THE_STEP = Misconception(
    "recorded after the step",
    "The list begins after the first step: its start is missing.",
    "When do you record, before or after the step?",
)
SAME_OBJECT = Misconception(
    "same tensor stored every time",
    "The entries are all equal to the last: the list holds one tensor many times.",
    "Which call makes a copy of the numbers?",
)
TWO_MOMENTS = Misconception(
    "x and f from two moments",
    "Each row pairs x with the value of f at another step.",
    "At which x is f evaluated in each row?",
)
LATE_BESIDE_EARLY = Misconception(
    "point after the step, value from before it",
    "Each row holds the point after a step beside the value from before that step.",
    "At which x was f evaluated, and where does x stand when you store it?",
)
ONE_TOO_FEW = Misconception(
    "one entry too few",
    "The last point is missing.",
    "How many points does a walk of N steps have, the start included?",
)
ONE_TOO_MANY = Misconception(
    "one step too many",
    "There is one step more than asked for.",
    "How many times does range(N) run?",
)
NOT_EMPTIED = Misconception(
    "list not emptied",
    "The list still holds an earlier run.",
    "Where is the list made?",
)
NOT_RESET = Misconception(
    "x not made anew",
    "The walk begins where an earlier run ended.",
    "Which line puts x back to the start when the cell runs again?",
)
SOME_STEPS = Misconception(
    "only some steps recorded",
    "The list holds every so many steps, and all of them were asked for.",
    "Which condition stands before the line that records?",
)
EVERY_STEP = Misconception(
    "every step recorded",
    "Every step is in the list; only some were asked for.",
    "Which condition on the step number picks the rows?",
)
START_MISSING = Misconception(
    "start missing",
    "The first entry is not the start.",
    "Which line saves the point before the loop begins?",
)
STARTS_WITH_START = Misconception(
    "start counted as a step",
    "The first of these is the start itself.",
    "Which point is the first one after a step?",
)
COUNTS_FROM_ZERO = Misconception(
    "counts from zero",
    "The rows are one step later than asked for: the count begins at zero and the row follows the update.",
    "How many updates are done when your condition holds for the first time?",
)
ONE_STEP_EARLY = Misconception(
    "recorded one step early",
    "Each row is taken just before the step that it should follow.",
    "Does your row come before or after the update?",
)
LATE_STOP = Misconception(
    "stops one step late",
    "The value is tested before the step, so one step too many is taken.",
    "When do you look at f, and when do you leave?",
)
ZERO_FOR_NONE = Misconception(
    "zero taken for none",
    "A tolerance of zero is one, and no tolerance is none.",
    "Does your test tell None from zero?",
)
SIZE_FOR_VALUE = Misconception(
    "size for value",
    "The size of f is compared with the tolerance, and f itself may be below it.",
    "What should happen where f is negative?",
)
NEVER_STOPS = Misconception(
    "tolerance ignored",
    "The walk goes on after what tol bounds has fallen below it.",
    "Where is tol compared, and with what?",
)
DIVERGED = Misconception(
    "diverged",
    "The numbers grow until they are not numbers any more.",
    "Is each step longer than the one before?",
)

# --------------------------------------------------------------------------- torch.optim
NOT_STEPPED = Misconception(
    "optimizer without effect",
    "Nothing moves: step() is not called, or finds empty gradients, or the optimizer holds another tensor than yours.",
    "What is in x.grad when step() is called, and which tensor did you give to the optimizer?",
)
REBUILT = Misconception(
    "optimizer built anew each step",
    "An optimizer that is built inside the loop has no memory of the steps before.",
    "Where is the optimizer made?",
)
NOT_A_LEAF = Misconception(
    "optimizer of a result",
    "An optimizer moves leaves, and this tensor is the result of an operation.",
    "Which tensor did you make yourself?",
)
NOT_A_LIST = Misconception(
    "tensor instead of a list of tensors",
    "An optimizer takes a list of tensors, even when there is only one.",
    "How do you write a list with one entry?",
)
RATE_DEFAULT = Misconception(
    "default rate",
    "The walk uses the default rate of the optimizer.",
    "Which argument of the optimizer is the rate?",
)
PLAIN_DESCENT = Misconception(
    "plain gradient descent",
    "The steps follow the gradient alone, as SGD does.",
    "Which class makes the steps?",
)
NO_DECAY = Misconception(
    "weight decay missing",
    "The steps are those without weight decay.",
    "Which argument makes the weights shrink?",
)
DECAY_IN_GRADIENT = Misconception(
    "weight decay put into the gradient",
    "Here the decay goes through the gradient, as in Adam; AdamW shrinks the weights themselves.",
    "Which of the two classes did you take?",
)
DECAY_DEFAULT = Misconception(
    "default weight decay",
    "The walk uses the default weight decay.",
    "Which given does your optimizer not get?",
)
BETAS_SWAPPED = Misconception(
    "betas exchanged",
    "The gradient is smoothed with the beta of its square, and the other way round.",
    "Which beta belongs to which moment?",
)
STEP_GROWS_WITH_SLOPE = Misconception(
    "step thought to grow with the slope",
    "This is the rate times the slope; Adam divides the slope by its own size.",
    "What is left of a number that is divided by its size?",
)
TARGET_IGNORED = Misconception(
    "target ignored",
    "The loss compares with zero and not with the target.",
    "Which two arguments does the loss function take?",
)
OTHER_LOSS = Misconception(
    "another loss function",
    "The numbers are those of the squared error.",
    "Which loss function was passed?",
)
RECORDS_POINT = Misconception(
    "point recorded for the loss",
    "These are the points, and the losses were asked for.",
    "Which number of each round belongs in the list?",
)
NEVER_CONVERGES_BACK = Misconception(
    "steps thought to shrink by themselves",
    "The slope of the squared error grows much faster than x does.",
    "How large is the slope at the start, and how long is the first step?",
)
LOSS_FIXED = Misconception(
    "loss function ignored",
    "The walk keeps to one loss function, whichever is passed.",
    "Which argument of your function is the loss function, and where do you call it?",
)
CLOSURE_CALLED = Misconception(
    "result of the closure for the closure",
    "step() gets what the closure returns, and it needs the closure itself.",
    "What is the difference between closure and closure()?",
)
SAME_TENSOR = Misconception(
    "old tensor goes on",
    "After the pause the old tensor walks on, and the new one stays behind or is the same one.",
    "Which tensor does the new optimizer hold, and which one do you step?",
)
RULES_EXCHANGED = Misconception(
    "rules exchanged",
    "Each of the two numbers belongs to the other rule.",
    "Which of the two shrinks the weight itself?",
)
NO_START = Misconception(
    "first step of length zero",
    "Without epsilon above the line the first step is zero, and so are all that follow.",
    "What is under the upper root before the first step?",
)
HATS_STORED = Misconception(
    "corrected moments stored",
    "The moments are stored with their correction, and corrected once more in the next step.",
    "Which of the two belongs in the state: m or m with its hat?",
)
NATURAL_RATE = Misconception(
    "rates taken for comparable",
    "The same number means very different steps for different rules.",
    "What is the length of the very first step of each rule?",
)
SLOPE_OVERLOOKED = Misconception(
    "size of the slope overlooked",
    "The slope at the start is huge, and so is the first step.",
    "How large is the slope at the start, times the rate?",
)
SLOWLY_UP = Misconception(
    "slowly up",
    "Nothing about this walk is slow.",
    "How large is the slope at the start, times the rate?",
)
LOOKS_OVERLOOKED = Misconception(
    "looks taken for steps",
    "One step of LBFGS looks at the function many times and moves each time.",
    "How often does it call the closure?",
)
CLOSURE_MISSING = Misconception(
    "closure missing",
    "LBFGS computes the loss several times per step and needs a function for it.",
    "What does step() get as its argument?",
)
CLOSURE_RETURNS_NOTHING = Misconception(
    "closure returns nothing",
    "The closure must hand the loss back.",
    "What is its last line?",
)
RATES_SWAPPED = Misconception(
    "rates exchanged",
    "The first coordinate walks with the rate of the second, and the other way round.",
    "Which tensor stands in which group?",
)
COORDINATES_EXCHANGED = Misconception(
    "coordinates exchanged",
    "Each of the two coordinates stands where the other one belongs.",
    "In which order does f get them, and in which order are they recorded?",
)
ONE_RATE = Misconception(
    "one rate for both",
    "Both coordinates walk with the same rate.",
    "Where does a group say its own rate?",
)
STATE_LOST = Misconception(
    "state not restored",
    "After the pause the optimizer starts without memory.",
    "What does state_dict() hold, and who gets it?",
)
POINT_LOST = Misconception(
    "point not restored",
    "After the pause the walk begins at the start again.",
    "From which numbers is the new tensor made?",
)
NO_PAUSE = Misconception(
    "no pause",
    "The walk is right, and it was made by one optimizer that never paused.",
    "How many optimizers does a run with a pause need?",
)

# --------------------------------------------------------------------------- inside an optimizer
MEAN_FOR_SUM = Misconception(
    "momentum taken for a mean",
    "The memory is a mean of the gradients, and here it is a sum in which old ones fade.",
    "What is the new gradient multiplied by before it goes into the memory?",
)
SUM_FOR_MEAN = Misconception(
    "mean taken for a sum",
    "The memory is a fading sum of the gradients, and a mean was asked for.",
    "By what do you multiply the new gradient in this form?",
)
RATE_IN_VELOCITY = Misconception(
    "rate inside the memory",
    "The memory holds steps instead of gradients: each keeps the rate it was made with.",
    "Where does the rate stand in the formula, and what if it changes on the way?",
)
RATE_OUTSIDE = Misconception(
    "rate outside the memory",
    "The memory holds gradients instead of steps: a change of the rate reaches the old ones too.",
    "Where does the rate stand in this formula?",
)
OLD_BUFFER = Misconception(
    "old memory used",
    "The step is made with the memory as it was before the new gradient came in.",
    "Which comes first: the update of the memory or the step?",
)
NESTEROV_IGNORED = Misconception(
    "plain momentum for Nesterov",
    "The steps are those of momentum, without the look ahead.",
    "What is added to the gradient in the Nesterov step?",
)
NESTEROV_FOR_MOMENTUM = Misconception(
    "Nesterov for plain momentum",
    "The steps look ahead, and plain momentum was asked for.",
    "What is the rate multiplied by in this form?",
)
LOOK_AHEAD = Misconception(
    "gradient at the point ahead",
    "The gradient is taken at the point ahead; torch takes it where x is and looks ahead with the step.",
    "At which point does autograd compute the gradient here?",
)
DAMPED_FIRST = Misconception(
    "first gradient damped",
    "The first gradient goes into the memory damped, and torch puts it in as it is.",
    "What is in the memory after the very first step?",
)
DAMPENING_IGNORED = Misconception(
    "dampening ignored",
    "The new gradient goes into the memory at full size.",
    "What does dampening multiply?",
)
MOMENTUM_LOST = Misconception(
    "no memory",
    "Each step knows only its own gradient.",
    "Where is the memory kept between two steps?",
)
DECAY_DECOUPLED = Misconception(
    "weights shrunk beside the gradient",
    "The decay shrinks the weights themselves; in this rule it is added to the gradient.",
    "To what is weight_decay times p added in this rule?",
)
DECAY_SIGN = Misconception(
    "weights grow",
    "The decay makes the weights larger.",
    "Which sign does the decay need so that the weights shrink?",
)
DECAY_LATE = Misconception(
    "shrunk after the step",
    "The weights shrink after the step; torch shrinks them first.",
    "In which order do the shrinking and the step come?",
)
ZERO_SKIPPED = Misconception(
    "zero gradient skipped",
    "A tensor whose gradient is zero stays, although the memory still moves it.",
    "What is the difference between a gradient of zero and no gradient?",
)
NONE_MOVES = Misconception(
    "tensor without gradient moved",
    "A tensor that has no gradient in a round moves, and it should be left alone.",
    "What do you do when p.grad is None?",
)
NONE_USED = Misconception(
    "missing gradient used",
    "Some tensors have no gradient in a round: p.grad is None for them.",
    "What should a step do with such a tensor?",
)
GROUP_IGNORED = Misconception(
    "rate of the group ignored",
    "All groups walk with the same rate.",
    "From which dictionary does your step read the rate?",
)
RATE_FROZEN = Misconception(
    "rate kept from the beginning",
    "A change of the rate on the way has no effect: the step uses a copy made in the beginning.",
    "Where does a scheduler change the rate, and where do you read it?",
)
STATE_ELSEWHERE = Misconception(
    "state not saved",
    "After saving and loading the memory is empty: it is not where state_dict() looks.",
    "Which attribute of an optimizer does state_dict() save?",
)
LOSS_LOST = Misconception(
    "loss of the closure not returned",
    "step(closure) does not hand the loss back.",
    "What does step return when it got a closure?",
)
GRAD_KEPT = Misconception(
    "p.grad itself kept as memory",
    "The memory is the tensor p.grad, and the next backward() writes into it.",
    "Which call makes a copy of the gradient?",
)
GRAD_TOUCHED = Misconception(
    "gradient changed",
    "The gradient is another one after the step.",
    "Which line changes p.grad in place, and which would make a new tensor?",
)
STEPS_STAY = Misconception(
    "memory of one step only",
    "Each step looks at its own squared gradient only, so that all steps are equally long.",
    "What happens to the squares of the steps before?",
)
ROOT_MISSING = Misconception(
    "root missing",
    "The gradient is divided by the mean of the squares, and its root was asked for.",
    "What is the size of a gradient whose square you know?",
)
EPS_OTHER = Misconception(
    "another epsilon",
    "Epsilon does not act where it should: it is left out, under the root, or another one than the group's.",
    "Where does epsilon stand in the formula, and from which dictionary do you read it?",
)
ONE_SIZE = Misconception(
    "one size for all entries",
    "All entries of a tensor are divided by one number, and each should have its own.",
    "Which operation of yours adds up the entries of a tensor?",
)
NESTEROV_RAW = Misconception(
    "decay left out of the look ahead",
    "The Nesterov step takes p.grad as it came, without the decay.",
    "Which gradient does the third rule speak of?",
)
CLOSURE_UNWATCHED = Misconception(
    "closure under no_grad",
    "The closure runs while autograd looks away, so its backward() finds no graph.",
    "What switches autograd on again for the call of the closure?",
)
NOT_A_NUMBER = Misconception(
    "not a number",
    "A root of a negative number or a zero divided by zero came in.",
    "Which number under a root can be negative, and which divisor can be zero?",
)
EPS_INSIDE = Misconception(
    "epsilon under the root",
    "Epsilon is added before the root is taken.",
    "Where does epsilon stand in the formula?",
)
EPS_OUTSIDE = Misconception(
    "epsilon outside the root",
    "Epsilon is added after the root is taken.",
    "Where does epsilon stand in this formula?",
)
NEVER_FORGETS = Misconception(
    "squares never forgotten",
    "The squares are added up for ever, as Adagrad does.",
    "By what are the old squares multiplied in each step?",
)
FORGETS = Misconception(
    "squares fade",
    "Old squares fade, and Adagrad keeps them all.",
    "What is the memory of Adagrad: a sum or a mean?",
)
WEIGHTS_SWAPPED = Misconception(
    "old and new weight exchanged",
    "The old mean gets the small weight and the new square the large one.",
    "Which of the two should count more after many steps?",
)
NEW_UNWEIGHTED = Misconception(
    "new square at full weight",
    "The new square goes into the mean at full size.",
    "What do the two weights add up to?",
)
STEPS_NOT_REMEMBERED = Misconception(
    "squared steps not remembered",
    "The memory of the steps stays empty, so that the steps never grow.",
    "Where is the second memory updated?",
)
GRADIENT_FOR_STEP = Misconception(
    "gradient for step",
    "The second memory holds squared gradients, and it should hold squared steps.",
    "What is squared in the second memory?",
)
STEP_SCALED = Misconception(
    "step remembered with its rate",
    "The memory holds the steps times lr, and it should hold them without.",
    "Is the rate part of the step that you remember?",
)
UNCORRECTED = Misconception(
    "no bias correction",
    "The moments start at zero and are used as they are.",
    "By what are they divided so that the first step is as long as the rate?",
)
HALF_CORRECTED = Misconception(
    "one moment corrected",
    "Only one of the two moments is corrected.",
    "Which of them start at zero?",
)
COUNT_FROM_ZERO = Misconception(
    "count begins at zero",
    "In the first step the correction divides by zero.",
    "What is the number of the step when the first correction is computed?",
)
COUNT_STUCK = Misconception(
    "count never raised",
    "Every step is corrected as if it were the first.",
    "Where does the count of the steps grow?",
)
COUNT_COMMON = Misconception(
    "count of the optimizer for the count of a tensor",
    "A tensor that gets its first gradient later is corrected as if it had made all steps.",
    "Where does the count of one tensor belong?",
)
COUNT_SHARED = Misconception(
    "one count for all tensors",
    "The count grows once for each tensor, so that the later ones are corrected as if they were further on.",
    "How often does the count grow in one call of step?",
)
EMA_FIRST_FULL = Misconception(
    "first step of the mean thought to be full",
    "A mean that starts at zero takes in only a part of the first gradient.",
    "By what is the first gradient multiplied before it goes into the mean?",
)
AHEAD_OVERLOOKED = Misconception(
    "look ahead overlooked",
    "The Nesterov step adds the memory to the gradient once more, from the first step on.",
    "What is in the memory when the first step is made?",
)
FIRST_STEP_GROWS = Misconception(
    "memory thought to help at once",
    "Before the first step there is nothing to remember.",
    "What is in the memory after one gradient?",
)
SMALLER_WITHOUT = Misconception(
    "correction thought to make steps longer",
    "Both moments start too small, and the one below the line is smaller still.",
    "Which of the two is further from its right size, and on which side of the line does it stand?",
)
MOMENTUM_ALWAYS_FASTER = Misconception(
    "momentum thought to be faster always",
    "At a rate that is good without momentum, the memory carries the walk too far and back.",
    "What does a ball with little friction do in a bowl?",
)
NESTEROV_ALWAYS_SAFER = Misconception(
    "Nesterov thought to be safer always",
    "Its first step is longer, so it tolerates less curvature.",
    "How long is its step compared with that of plain momentum?",
)
FACTOR_INVERTED = Misconception(
    "factor inverted",
    "This factor makes the steps smaller where they should become longer.",
    "Is the mean smaller or larger than the fading sum?",
)
SHRINKS_BY_DECAY = Misconception(
    "rate forgotten in the decay",
    "The weights shrink by the whole decay.",
    "What is the decay multiplied by in AdamW?",
)
NOTHING_MOVES = Misconception(
    "zero gradient thought to mean no change",
    "The loss does not pull, and the decay does.",
    "Which part of the update does not need a gradient?",
)
ALL_DECAY_ALIKE = Misconception(
    "both decays thought to be alike",
    "Adam divides what is in the gradient by its own size, the decay included.",
    "What is left of a small gradient that is divided by its size?",
)
NORM_AFTER = Misconception(
    "norm after clipping",
    "This is the length after clipping.",
    "When do you compute the number that you return?",
)
EACH_APART = Misconception(
    "each tensor clipped by itself",
    "Each tensor is measured alone, and one length of all of them together was asked for.",
    "Which numbers belong into the one square root?",
)
BY_VALUE = Misconception(
    "clipped entry by entry",
    "Each entry is cut at the limit, and so the direction changes.",
    "By what do you multiply so that the direction stays?",
)
ALWAYS_SCALED = Misconception(
    "short gradients stretched",
    "Gradients that were short enough are scaled too.",
    "When is there nothing to do?",
)
NOT_CLIPPED = Misconception(
    "not clipped",
    "The gradients are as long as before.",
    "Which line changes the numbers inside p.grad?",
)
CLOSURE_IDLE = Misconception(
    "closure never called",
    "step(closure) does not call the closure, so there is no loss and no gradient.",
    "Who computes the loss when step() gets a closure?",
)
CLOSURE_TWICE = Misconception(
    "closure called more than once",
    "The closure is called more often than once in a step.",
    "How many times does this rule need the loss in one step?",
)
CLOSURE_LATE = Misconception(
    "closure called after the step",
    "The closure makes the gradients that the step needs, and it is called when the tensors have moved.",
    "Where in step() must the gradients be there?",
)
DAMPENING_REVERSED = Misconception(
    "dampening for what it leaves",
    "The new gradient is multiplied by the dampening itself.",
    "With a dampening of zero, how much of the new gradient should go into the memory?",
)
DECAY_TIMES_RATE = Misconception(
    "decay times the rate",
    "The decay is multiplied by the rate before it is added to the gradient, and once more with it.",
    "How often does the rate enter the step?",
)
NOT_SQUARED = Misconception(
    "squares not squared",
    "The memory takes in the gradients as they are, and their squares were asked for.",
    "Can the sum of what you store become negative?",
)
OLD_SQUARES = Misconception(
    "squares renewed too late",
    "The step is divided by the memory as it was before the new square came in.",
    "Which of the two lines comes first, and what does the first step divide by?",
)
GRADIENT_LEFT_OUT = Misconception(
    "gradient left out",
    "The rate is divided by the size of the gradient, and the gradient itself does not enter the step.",
    "What tells the step its direction?",
)
CORRECTED = Misconception(
    "corrected as in Adam",
    "The mean is corrected for its start at zero, and this rule uses it as it is.",
    "Which of the rules divides its moments by what they lack at first?",
)
ROOTS_EXCHANGED = Misconception(
    "roots exchanged",
    "Each of the two roots stands in the other's place.",
    "Should a steeper slope make this factor larger or smaller?",
)
COUNT_AHEAD = Misconception(
    "count one step ahead",
    "The first step is corrected as if it were the second.",
    "What is the count when the first correction is made?",
)
CORRECTIONS_EXCHANGED = Misconception(
    "corrections exchanged",
    "Each moment is corrected with the beta of the other one.",
    "With which beta does each moment fade?",
)
CORRECTION_MULTIPLIED = Misconception(
    "multiplied by the correction",
    "The moments are multiplied by what they should be divided by.",
    "Are the moments too small at first or too large?",
)
NOTHING_FADES = Misconception(
    "old gradients do not fade",
    "What is in the first moment stays there at full size.",
    "By what is the old moment multiplied when a new gradient comes in?",
)
MEAN_SQUARED = Misconception(
    "square of the mean",
    "The second moment is made from the first one, and it should hold the squares of the gradients.",
    "Of what is the second moment a mean?",
)
ONE_BETA = Misconception(
    "one beta for both",
    "Both moments fade with the same beta.",
    "Which beta belongs to which moment?",
)
SQUARE_FOR_LENGTH = Misconception(
    "square for length",
    "This is the square of the length.",
    "What is still to be done with a sum of squares?",
)
CLIPPED_TOO_LATE = Misconception(
    "clipped at the wrong place",
    "The walk is the one without clipping: it comes after the step, before the gradients are there, or not at all.",
    "Between which two lines of the loop must the clipping stand?",
)

# --------------------------------------------------------------------------- landscapes
STEEPEST_VALLEY = Misconception(
    "crosses the top",
    "The ball ends on the other side of the top, and it never goes up.",
    "Which way is down from where the ball starts?",
)
QUARTER_WAVE = Misconception(
    "zero for lowest point",
    "This is where the cosine is zero, and it goes on falling there.",
    "Where is the cosine lowest?",
)
ROLLS_FROM_TOP = Misconception(
    "rolls off by itself",
    "Exactly at the top the slope is zero, and a step is the rate times the slope.",
    "How long is the first step?",
)
ONE_TOO_FEW_STEPS = Misconception(
    "one step too few",
    "The walk is one step shorter than asked for.",
    "How many times does your loop run?",
)
GOES_ON = Misconception(
    "goes on from the end before",
    "Each walk starts where the one before it ended.",
    "What must be made anew for each start?",
)
NEAREST_TO_START = Misconception(
    "valley nearest to the start",
    "The label belongs to the minimum that is nearest to the start: nothing has walked, or its end was not used.",
    "Where does the walk end?",
)
FURTHEST_MINIMUM = Misconception(
    "furthest minimum",
    "The label belongs to the minimum that is furthest from the end.",
    "Is the nearest minimum the one with the largest distance or with the smallest?",
)
SIGNED_DISTANCE = Misconception(
    "distance with a sign",
    "The distance to a minimum on the right counts as negative, and so the last minimum always wins.",
    "What makes a difference a distance?",
)
COUNTS_FROM_ONE = Misconception(
    "counts from one",
    "Every label is one too large.",
    "What is the index of the first entry of a list?",
)
END_FOR_LABEL = Misconception(
    "end for label",
    "These are the places where the walks end, and the numbers of the minima were asked for.",
    "Which minimum is nearest to each end?",
)
MINIMUM_FOR_LABEL = Misconception(
    "minimum for label",
    "These are the minima themselves, and their numbers in the list were asked for.",
    "At which index does each stand?",
)
LARGE_RATE_JUMPS = Misconception(
    "large rate thought to jump",
    "The slope is small near the valley, and so is the step, even with a large rate.",
    "How long is the rate times the slope there?",
)
ALL_STOP_THERE = Misconception(
    "small slope thought to stop Adam",
    "Adam divides the slope by its usual size and keeps a memory of its way.",
    "How long are its steps while the slope gets small?",
)
FLIES_PAST = Misconception(
    "flies past the deep valley",
    "The memory is used up on the way back up the next hill.",
    "Where does the walk turn round?",
)
GROWS_EVENLY = Misconception(
    "growth thought to be even",
    "The steps grow with y itself.",
    "By which factor does y grow in each step?",
)
TEN_PERCENT = Misconception(
    "factor too small",
    "The slope of a square is twice the number.",
    "What is added to y in one step?",
)
ONE_TOO_MANY_COUNTED = Misconception(
    "counted one too many",
    "Every number is one step too large.",
    "How many steps have been made when you look for the first time?",
)
ONE_TOO_FEW_COUNTED = Misconception(
    "counted one too few",
    "Every number is one step too small.",
    "How many steps have been made when you look?",
)
OTHER_COORDINATE = Misconception(
    "other coordinate watched",
    "The first coordinate is watched, alone or beside the second, and the walk leaves along the second.",
    "Which coordinate grows?",
)
DISTANCE_FROM_START = Misconception(
    "distance from the start",
    "The way from the start is measured, and the distance from zero was asked for.",
    "From where does the bound count?",
)
START_FOR_LOWEST = Misconception(
    "value at the start",
    "These are the values at the start: nothing has moved, or the first or largest value was taken for the lowest.",
    "Is the value at the start the lowest that a walk downhill meets?",
)
LOOKS_PAST = Misconception(
    "looks beyond the budget",
    "A contestant that looks several times in a step goes past the budget in its last step, and those looks count.",
    "How many values are in the list when the loop ends?",
)
LARGEST_SLOPE = Misconception(
    "largest slope for the length",
    "The largest entry of the gradient is compared with the tolerance, and its length was asked for.",
    "How long is a gradient with two equal entries?",
)
SIGN_IGNORED = Misconception(
    "sign of the coordinate",
    "The walk leaves on the negative side, and only the positive one is watched.",
    "How do you ask how far a number is from zero?",
)
DISTANCE_FOR_COORDINATE = Misconception(
    "distance for the largest coordinate",
    "The point's distance from zero is compared with the bound, and its largest coordinate was asked for.",
    "How far from zero is a point with two equal coordinates, and how far is each of them?",
)
STEPS_FOR_LOOKS = Misconception(
    "steps counted instead of looks",
    "A contestant that looks several times in a step gets more looks than the others.",
    "Where do you count: in the loop or in the closure?",
)
LAST_FOR_LOWEST = Misconception(
    "last for lowest",
    "These are the last values, and the lowest ones were asked for.",
    "Which of the values that a contestant has met counts?",
)
RATE_TOO_SMALL = Misconception(
    "rate too small",
    "With this rate the walk crawls, and the looks are used up before it arrives.",
    "What happens with twice the rate?",
)
RATE_TOO_LARGE = Misconception(
    "rate too large",
    "With this rate the walk diverges or oscillates.",
    "What happens with half the rate?",
)
SADDLE_AS_BOTTOM = Misconception(
    "saddle taken for a bottom",
    "The slope is zero there, and in one direction the function falls.",
    "What happens when you take a small step in the other direction?",
)
CUBE_AS_BOTTOM = Misconception(
    "cube taken for a bowl",
    "A cube falls for ever on one side.",
    "What is the cube of a large negative number?",
)
RING_OVERLOOKED = Misconception(
    "ring overlooked",
    "A lowest value that is taken on a whole ring is a lowest value.",
    "What is the lowest value of a sine, and where is it taken?",
)
BOWL_OVERLOOKED = Misconception(
    "bowl overlooked",
    "A sum of squares has a lowest point.",
    "Where is a sum of squares smallest?",
)
BOUND_IGNORED = Misconception(
    "bound ignored",
    "A walk that is far beyond the bound goes on.",
    "When do you look how far it has gone?",
)

# --------------------------------------------------------------------------- schedules
SCHEDULER_FIRST = Misconception(
    "scheduler before optimizer",
    "The first rate is never used: the scheduler steps before the optimizer does.",
    "Which of the two steps comes first in a round?",
)
NEVER_SCHEDULED = Misconception(
    "rate never changes",
    "The rate stays as it was: the scheduler is not told that time passes, or the change goes elsewhere.",
    "Which call tells the scheduler that a round is over?",
)
SCHEDULED_TWICE = Misconception(
    "scheduler steps twice",
    "The rate falls twice in a round.",
    "How many times does the scheduler step in one round?",
)
RATE_COMPOUNDED = Misconception(
    "factor of the whole run applied each time",
    "The rate that has shrunk already is multiplied by the factor for all steps so far.",
    "Does your factor belong to the first rate or to the last one?",
)
RATE_FOR_FACTOR = Misconception(
    "rate for factor",
    "The function returns the rate itself, and LambdaLR multiplies the first rate by it once more.",
    "What does LambdaLR do with the number that your function returns?",
)
RATE_AFTERWARDS = Misconception(
    "next rate recorded",
    "These are the rates after the scheduler has stepped, and those that were used were asked for.",
    "When do you read the rate: before or after the scheduler steps?",
)
WRONG_GETTER = Misconception(
    "get_lr for get_last_lr",
    "get_lr() computes the rate that comes next and is wrong when you call it yourself.",
    "Where does the optimizer keep the rate that it uses?",
)
WARNED = Misconception(
    "scheduler without optimizer steps",
    "torch warned: the scheduler stepped and the optimizer had not, or the rate was read with get_lr().",
    "What has to step before the scheduler does, even when there is no model?",
)
OFF_BY_ONE_STAIR = Misconception(
    "staircase off by one",
    "The rate drops one step too early or too late.",
    "At which index does the first drop happen, and at which should it?",
)
REMAINDER = Misconception(
    "remainder for quotient",
    "The exponent starts over with each stair.",
    "How many drops have happened after k steps?",
)
PRODUCT_FOR_POWER = Misconception(
    "product for power",
    "gamma is multiplied by the number of the step.",
    "How often has the rate been multiplied by gamma after k steps?",
)
ONE_DROP = Misconception(
    "one drop only",
    "The rate drops at the first milestone and at no later one.",
    "How many milestones has the walk passed after k steps?",
)
COSINE_NOT_HALVED = Misconception(
    "cosine not shifted",
    "A cosine runs from plus one to minus one, and a factor from one to zero.",
    "What do you add to the cosine, and by what do you divide?",
)
WHOLE_WAVE = Misconception(
    "another part of the wave",
    "The cosine goes through another part of a wave than the half that was asked for.",
    "Which angle does the cosine reach at the end of the fall?",
)
STARTS_AT_ZERO = Misconception(
    "warm-up from zero",
    "The first rate of the warm-up is zero, so the first step is lost.",
    "What is the factor at the very first step?",
)
NEVER_FULL = Misconception(
    "rise not stopped",
    "The factor goes on rising after the warm-up is over.",
    "What holds the factor when k has passed the end of the warm-up?",
)
COSINE_FLOOR = Misconception(
    "floor ignored",
    "The curve falls to zero and not to the rate that was given as its floor.",
    "Which argument of the scheduler is its lowest rate?",
)
NO_RESTART = Misconception(
    "cosine without restart",
    "The curve falls and climbs back in a wave; a warm restart jumps.",
    "Which class jumps back to the first rate?",
)
EQUAL_PERIODS = Misconception(
    "periods of equal length",
    "Each period is as long as the first one.",
    "Which argument makes a period longer than the one before?",
)
STRAIGHT_CYCLE = Misconception(
    "straight lines for cosines",
    "The cycle rises and falls in straight lines.",
    "Which strategy does OneCycleLR use when you name none?",
)
MOMENTUM_STAYS = Misconception(
    "momentum does not cycle",
    "The momentum stays as it was.",
    "What does OneCycleLR change besides the rate, and where do you read it?",
)
MOMENTUM_WITH_RATE = Misconception(
    "momentum thought to rise with the rate",
    "The momentum is high where it should be low.",
    "What happens to the momentum while the rate rises?",
)
PEAK_DEFAULT = Misconception(
    "peak at its default",
    "The peak comes at the default share of the steps.",
    "Which given does your scheduler not get, or not under its name?",
)
CYCLE_TOO_LONG = Misconception(
    "another number of steps",
    "The cycle was planned for another number of steps than it gets.",
    "How many times will the scheduler step in all?",
)
CYCLE_OVERRUN = Misconception(
    "more steps than planned",
    "The scheduler stepped more often than it was told when it was made.",
    "How many batches does the whole run have, and how often does the scheduler step?",
)
JOINT_LATE = Misconception(
    "joint misplaced",
    "The second schedule begins at another step than the first one ends.",
    "After how many steps is the warm-up over, and what does the milestone say?",
)
COSINE_TOO_LONG = Misconception(
    "cosine longer than what is left",
    "The cosine is planned for the whole run, and the warm-up has used a part of it.",
    "How many steps are left for the cosine after the warm-up?",
)
ORDER_OF_SCHEDULES = Misconception(
    "schedules in the other order",
    "The fall comes first and the rise after it.",
    "Which schedule stands first in the list?",
)
BOTH_AT_ONCE = Misconception(
    "both schedules at once",
    "The two schedules work at the same time, and their factors multiply.",
    "Which class lets one schedule follow the other?",
)
START_DEFAULT = Misconception(
    "default start of the warm-up",
    "The warm-up begins at its default factor.",
    "Which argument of LinearLR is the first factor?",
)
ONLY_WARMUP = Misconception(
    "warm-up only",
    "After the warm-up the rate stays.",
    "What follows the warm-up?",
)
NO_WARMUP = Misconception(
    "no warm-up",
    "The rate begins at its full size.",
    "Which schedule makes the first steps small?",
)
ONE_EPOCH_EARLY = Misconception(
    "drops when patience is reached",
    "The rate drops one epoch too early.",
    "How many epochs without improvement may pass before the drop?",
)
LAST_FOR_BEST = Misconception(
    "last value for best",
    "Each loss is compared with the one before it, and not with the best so far.",
    "Which number must the next loss beat?",
)
COUNT_KEPT = Misconception(
    "count not emptied after a drop",
    "After a drop the count of bad epochs goes on.",
    "What is the count right after the rate has dropped?",
)
COUNT_NEVER_EMPTIED = Misconception(
    "count not emptied by an improvement",
    "Bad epochs are counted over the whole run, although a good one came between.",
    "What does an improvement do to the count?",
)
THRESHOLD_IGNORED = Misconception(
    "threshold ignored",
    "Any improvement counts, however small.",
    "By how much must a loss be better than the best?",
)
THRESHOLD_ABSOLUTE = Misconception(
    "threshold taken as it is",
    "The threshold is taken off the best, or added to it, as it is, and it is a part of the best.",
    "What is the threshold multiplied by?",
)
COOLDOWN_IGNORED = Misconception(
    "cooldown ignored",
    "Bad epochs count right after a drop.",
    "From when on do bad epochs count again after a drop?",
)
REST_TOO_LONG = Misconception(
    "rest too long",
    "The rest after a drop takes one epoch more than asked for.",
    "Which is the first epoch of the rest: the one of the drop or the one after it?",
)
FIRST_COUNTED = Misconception(
    "first metric counted as bad",
    "The first metric counts as a bad epoch, although there was nothing to compare it with.",
    "What is the count after the first epoch?",
)
FLOOR_NOT_REACHED = Misconception(
    "drop to the floor left out",
    "A drop that would go below min_lr is left out, and the rate should then be min_lr itself.",
    "Which rate does the last drop lead to?",
)
COMPLEMENT = Misconception(
    "one minus the factor",
    "The rate is multiplied by one minus the factor, and the factor itself was asked for.",
    "What is left of the rate after one drop?",
)
MIN_FOR_MAX = Misconception(
    "min and max exchanged",
    "min stands where max should, or max where min should.",
    "Which of the two numbers should win when the other goes beyond it?",
)
LARGE_IS_GOOD = Misconception(
    "large loss taken for a good one",
    "The plateau waits for the loss to rise.",
    "In which mode is a small metric a good one?",
)
ONE_ROUND_AHEAD = Misconception(
    "one round ahead",
    "In each round the formula gives what belongs to the next one.",
    "What should come out in the first round, where the count is zero?",
)
ONE_ROUND_BEHIND = Misconception(
    "one round behind",
    "In each round the formula gives what belongs to the one before.",
    "What should come out in the first round, where the count is zero?",
)
STRAIGHT_LINE = Misconception(
    "line for a cosine",
    "The factor falls in a straight line.",
    "How steep is a cosine at its ends and in its middle?",
)
COSINE_LENGTH = Misconception(
    "cosine of another length",
    "The cosine does not take as many steps as are left after the warm-up.",
    "How many steps are left when the warm-up has ended?",
)
REST_ADDED = Misconception(
    "a rest that nobody asked for",
    "After a drop the count waits before it starts again.",
    "Which argument makes the scheduler rest after a drop, and what is it when you leave it out?",
)
NEXT_MISSING = Misconception(
    "next rate missing",
    "The rates of all epochs are there, and the one that would be used next is missing.",
    "How many rates are there when the last epoch has ended?",
)
FLOOR_IGNORED = Misconception(
    "lowest rate ignored",
    "The rate falls below min_lr.",
    "What is the smallest rate that may come out?",
)
MODE_IGNORED = Misconception(
    "mode ignored",
    "A small metric is taken for a good one, and this metric should be large.",
    "When is a metric better in mode max?",
)
PATIENCE_DEFAULT = Misconception(
    "default patience",
    "The plateau waits for its default number of epochs.",
    "Which argument says how many epochs to wait?",
)
OTHER_METRIC = Misconception(
    "training loss for validation loss",
    "The plateau looks at the training loss, which goes on falling.",
    "Which of the two losses says whether the model still learns what matters?",
)
METRIC_MISSING = Misconception(
    "metric missing",
    "ReduceLROnPlateau decides by a number, and step() did not get it.",
    "Which number does its step() take?",
)
PER_BATCH = Misconception(
    "scheduled per batch",
    "The scheduler steps after each batch, and this schedule counts epochs.",
    "How many times does the scheduler step in one epoch?",
)
PER_EPOCH = Misconception(
    "scheduled per epoch",
    "The scheduler steps once in an epoch, and this schedule counts batches.",
    "How many times does the scheduler step in one epoch?",
)
EPOCH_ONLY = Misconception(
    "one rate for each epoch",
    "There is one rate for each epoch, and one for each batch was asked for.",
    "In which loop do you read the rate?",
)
SCHEDULE_LOST = Misconception(
    "schedule not restored",
    "After the pause the schedule starts over.",
    "What besides the optimizer has a state_dict()?",
)
SCHEDULE_STUCK = Misconception(
    "rate not restored",
    "After the pause the scheduler counts on, and the rate has started over.",
    "Which two states belong together?",
)
BOUNCE_SYMMETRIC = Misconception(
    "bounce thought to be symmetric",
    "The steps all have one length, and the walk does not start at a multiple of it.",
    "Where does the walk first step over zero, and how far?",
)
KINK_SETTLES = Misconception(
    "slope thought to shrink",
    "Near the kink the slope is as steep as everywhere else, so the steps do not shrink by themselves.",
    "What is the slope of the size of x just beside zero?",
)
DECAY_STALLS = Misconception(
    "rate thought to run out",
    "The steps shrink, and together they are still long enough to arrive.",
    "How far do all steps together reach?",
)
STEP_FOR_SHARE = Misconception(
    "step for share",
    "This is the step of the peak, and its share of all steps was asked for.",
    "By what do you divide the step of the peak?",
)
OTHER_ROUNDS = Misconception(
    "another number of rounds",
    "The numbers are right as far as they go, and there are more or fewer than rounds.",
    "How many rounds are there, and does each have one number in the list?",
)
MAKER_IGNORED = Misconception(
    "scheduler that was passed is ignored",
    "The curve belongs to another scheduler than the one that was passed.",
    "Which argument makes the scheduler?",
)
CURVES_EXCHANGED = Misconception(
    "curves exchanged",
    "Each of the two lists stands where the other one belongs.",
    "Which of the two comes first?",
)
NO_STAIRS = Misconception(
    "slope for stairs",
    "The rate falls in every round, and stairs were asked for.",
    "What is left of k / step_size when you keep whole stairs only?",
)
ONE_ROUND_ONLY = Misconception(
    "milestone counts in one round only",
    "The rate falls at the milestone and is back in the next round.",
    "How many milestones have been reached after k rounds, and do they stay reached?",
)
ENDS_EXCHANGED = Misconception(
    "ends exchanged",
    "The two ends stand in each other's place.",
    "Which of the two is the larger number?",
)
LENGTH_FOR_RATIO = Misconception(
    "length for ratio",
    "This is the length of a period, and how many times longer it is was asked for.",
    "By what do you divide the second period?",
)
PERCENT = Misconception(
    "percent for share",
    "This is a percentage, and a share lies between zero and one.",
    "Which number between zero and one is it?",
)
RATE_ELSEWHERE = Misconception(
    "rate of the optimizer unchanged",
    "The optimizer goes on with its first rate: the new one went elsewhere, or to one group only, or was never due.",
    "Where does an optimizer keep the rate of each group?",
)
CREEPING_BEST = Misconception(
    "best follows every small gain",
    "A loss that is a little better becomes the best, although it is not better by the threshold.",
    "When does the best change?",
)
BLIND_REST = Misconception(
    "best not kept during the rest",
    "A better metric in a rest is not kept as the best.",
    "Which of the rules holds in a rest too?",
)
BEST_LOST = Misconception(
    "best forgotten after a drop",
    "After a drop the comparison starts with the present metric.",
    "Which of the three numbers changes when the rate drops?",
)
MODE_THRESHOLD = Misconception(
    "threshold on the wrong side",
    "In mode max a score counts as better although it is lower than the best.",
    "On which side of the best must a better score lie?",
)
ONE_EPOCH_LATE = Misconception(
    "drops one epoch late",
    "The rate drops one epoch after it is due.",
    "Is the count larger than patience in the epoch before?",
)
WARM_DEFAULT = Misconception(
    "default length of the warm-up",
    "The warm-up has its default length.",
    "Which argument of LinearLR is the number of its steps?",
)
LATE_RISE = Misconception(
    "rise of another length",
    "The rise takes another number of steps than the warm-up has.",
    "What is the rate in the round in which the cosine takes over?",
)
GAMMA_DEFAULT = Misconception(
    "default factor",
    "The rate shrinks by the default factor.",
    "Which given does your scheduler not get?",
)
DIVIDED_BY_ZERO = Misconception(
    "divisor starts late",
    "The first two rates are equal: the divisor begins one step too late.",
    "What is the factor when k is zero, and what when it is one?",
)
ANOTHER_KIND = Misconception(
    "another scheduler",
    "This is the curve of another one of the schedulers.",
    "Which class belongs to which name?",
)
PERIODS_ADDED = Misconception(
    "later period",
    "This is where a later period ends.",
    "At which step does the curve jump for the first time?",
)
FIRST_FOR_PEAK = Misconception(
    "first rate for the peak",
    "This is the rate that the cycle begins with.",
    "How high does the curve rise?",
)
COUNT_FROM_DROP = Misconception(
    "epoch after the drop",
    "These are the epochs in which the new rate is used for the first time.",
    "After which epoch is the decision taken?",
)
TO_ITS_ZERO = Misconception(
    "walks to the zero of f",
    "The loss measures how far f is from zero, and here the loss is f itself, which may be negative.",
    "What should happen to x where f is below zero?",
)
ONE_ROUND_LESS = Misconception(
    "a batch of each epoch left out",
    "The cycle has one batch less in each epoch than the loader hands out.",
    "What does len(loader) count, and is the last batch always full?",
)
BATCHES_COUNTED = Misconception(
    "batches counted from the rows",
    "The batches are counted from the rows, and this loader leaves out the last rows, which fill no batch.",
    "Who knows how many batches an epoch has?",
)
COUNT_EPOCHS = Misconception(
    "epochs and batches exchanged",
    "This is the count of the other loop.",
    "How many times does the inner loop run in the whole training?",
)

# --------------------------------------------------------------------------- a model and its data
NO_PARAMETER = Misconception(
    "tensor that is no parameter",
    "A tensor that is kept in an attribute stays unknown to the model unless it is an nn.Parameter.",
    "What does list(model.parameters()) show?",
)
BIAS_LEFT_OUT = Misconception(
    "bias left out",
    "The bias is not in the formula.",
    "What does the model give for a row of zeros, and what should it give?",
)
BIAS_SUBTRACTED = Misconception(
    "bias subtracted",
    "The bias is taken off, and it should be added.",
    "What does the model give for a row of zeros, and what should it give?",
)
FIXED_START = Misconception(
    "same start every time",
    "Every new model starts with the same numbers.",
    "Which function draws numbers at random?",
)
SUMMED_UP = Misconception(
    "one number for all rows",
    "The model gives one number for all rows together.",
    "How many outputs belong to several rows?",
)
LOSS_MEAN = Misconception(
    "mean loss for the sum",
    "This is the mean over the rows, and the sum was asked for.",
    "Which of the two does the given rate belong to?",
)
LOSS_SUM = Misconception(
    "sum for the mean of a batch",
    "The loss of a batch is summed up, so that a larger batch has a steeper slope.",
    "What should change when each row is there twice?",
)
ROWS_HELD_BACK = Misconception(
    "rows that were held back are used",
    "Rows that should only be looked at take part in the training.",
    "Which rows may the loss be made of that you call backward on?",
)
TEST_FOR_VALIDATION = Misconception(
    "test and validation exchanged",
    "Validation and test are mixed up: a loss is measured on the rows of the other.",
    "Which rows come first in the split, and which ones last?",
)
TESTED_EARLY = Misconception(
    "tested before the end",
    "The test loss belongs to weights from before the last step.",
    "When is the training over?",
)
SAME_LIMIT = Misconception(
    "limit thought to stay",
    "The largest rate depends on how steep the loss is, and on the memory of the optimizer.",
    "What happens to the slope when the loss is multiplied by a number?",
)
MEMORY_MULTIPLIES = Misconception(
    "length of the memory for its limit",
    "The length of the memory says how long a steady step becomes, and not where the walk begins to swing.",
    "What sign does an oscillating gradient have from one step to the next, and what does a sum of such gradients do?",
)
HESSIAN_HALVED = Misconception(
    "factor of the square forgotten",
    "The second derivative of a square has a factor in front, and it is missing.",
    "What is the second derivative of w times w?",
)
ONE_FOR_TWO = Misconception(
    "rate of one step for the limit",
    "At this rate the steepest direction arrives in one step; the limit is where it swings for ever.",
    "By which factor is the error multiplied at the limit?",
)
SMALLEST_CURVATURE = Misconception(
    "flattest direction for the steepest",
    "The flattest direction says how long it takes, and the steepest how large the rate may be.",
    "Which direction starts to swing first?",
)
ALL_CURVATURES = Misconception(
    "sum of the curvatures",
    "The curvatures of all directions are added up, and the largest alone decides.",
    "Which of the directions starts to swing first?",
)
SUM_OF_ERRORS = Misconception(
    "sum for the mean",
    "The parts are added up and not divided by their number.",
    "Which reduction was asked for?",
)
ROOT_OF_SQUARES = Misconception(
    "root of the squares",
    "A root was taken, and the squares themselves were asked for.",
    "Which of the two is called squared?",
)
ERRORS_NOT_SQUARED = Misconception(
    "errors not squared",
    "This is the mean of the errors, and not of their squares.",
    "What does an error of two add?",
)
SIGNS_KEPT = Misconception(
    "signs kept",
    "Errors of opposite signs would cancel each other.",
    "What does the letter L with a one stand for?",
)
SHAPES_THOUGHT_EQUAL = Misconception(
    "shapes thought to be equal",
    "A row minus a column is a table with every pair.",
    "What shape has the difference of the two?",
)
SOFTMAX_TWICE = Misconception(
    "softmax before CrossEntropyLoss",
    "CrossEntropyLoss makes probabilities itself, and here it gets probabilities.",
    "What would a second softmax do to probabilities?",
)
SCORES_FOR_LOGS = Misconception(
    "scores for logarithms of probabilities",
    "This loss takes what it gets for logarithms of probabilities, and it got scores.",
    "Which function turns scores into logarithms of probabilities?",
)
LOG_MISSING = Misconception(
    "probabilities for their logarithms",
    "This loss takes what it gets for logarithms of probabilities, and it got probabilities.",
    "Which values can the logarithm of a probability have?",
)
MEAN_OVER_ENTRIES = Misconception(
    "mean over all entries",
    "The mean is taken over the entries of each row too, and it should be over the rows only.",
    "By how many things is the sum divided?",
)
SOFTMAX_FOR_SIGMOID = Misconception(
    "softmax for sigmoid",
    "The score of one class was compared with those of the others; here it stands by itself.",
    "Which function turns a single score into a probability?",
)
LABEL_REVERSED = Misconception(
    "label reversed",
    "Yes and no are exchanged.",
    "For which label should the probability be near one?",
)
EXP_TWICE = Misconception(
    "exponential taken twice",
    "The loss takes what it gets for the logarithm of the expected count, and it got the count itself.",
    "What does log_input mean?",
)
RATE_FOR_LOG = Misconception(
    "logarithm taken for the count",
    "The loss was told that it gets the expected count, and it got its logarithm.",
    "What does log_input mean?",
)
SPREAD_ABOUT_ZERO = Misconception(
    "distance from zero",
    "This is the size of the gradients, and not their distance from the gradient of all rows.",
    "Which gradient would have no noise at all?",
)
SPREAD_ABOUT_MEAN = Misconception(
    "distance from the mean of the batches",
    "The distance is measured from the mean of the batches, and the gradient of all rows was asked for.",
    "Which gradient would have no noise at all?",
)
ALL_ROWS = Misconception(
    "all rows in every step",
    "Every step uses all rows, so there is no noise.",
    "Which rows belong to this step?",
)
SAME_BATCH = Misconception(
    "one batch in every step",
    "Every step uses the same batch.",
    "Which rows belong to this step?",
)
COLUMN_OUT = Misconception(
    "a column for a row of numbers",
    "The output has a second dimension of length one.",
    "What happens when a column is compared with a row of targets?",
)
OTHER_NAMES = Misconception(
    "parameters under other names",
    "The model has parameters, and not under the names that were asked for, or more of them.",
    "Which names does the description of the class give?",
)
NOT_LEARNING = Misconception(
    "parameter without gradient",
    "No gradient reaches some of the parameters, so that an optimizer would never move them.",
    "Which parameters have a gradient after backward()?",
)
GRAPH_KEPT = Misconception(
    "losses kept with their graph",
    "The list holds tensors that keep the whole graph of their epoch alive.",
    "Which method makes a plain number of a loss?",
)
LAST_ROW_MISSING = Misconception(
    "last row left out",
    "A slice ends before its second number, so that the last row is missing.",
    "How many rows does your slice have?",
)
OTHER_WAY_ROUND = Misconception(
    "factor the other way round",
    "The factor is right, but you divide by it where you should multiply.",
    "Which of the two losses is flatter, and does a flatter one allow a larger rate?",
)
ONE_LEFT_OUT = Misconception(
    "momentum itself for the factor",
    "This is the momentum, and the factor is one plus it.",
    "What would the factor be without momentum?",
)
DIVERGENCE_REVERSED = Misconception(
    "divergence the other way round",
    "The two distributions are exchanged.",
    "Which of the two does KLDivLoss take as logarithms, and which as probabilities?",
)
SIGMOID_TWICE = Misconception(
    "sigmoid taken twice",
    "The loss takes a sigmoid of its own, or the score had gone through one before.",
    "Which of the losses wants a score, and which one a probability?",
)
BEST_NOT_KEPT = Misconception(
    "weights of the last epoch",
    "The last epoch is used and not the best: state_dict() hands out the tensors themselves, which go on changing "
    "unless they are copied.",
    "What do the kept weights look like two epochs later?",
)
OTHER_DIVISOR = Misconception(
    "divided by another number",
    "The sum has other terms than the number that it is divided by: rows and batches are mixed.",
    "How many terms does your sum have, and how many rows does each stand for?",
)
OTHERS_CHANGED = Misconception(
    "other layers changed too",
    "Layers that are no nn.Linear have other numbers afterwards.",
    "Which layers does your condition let through?",
)
KERNELS_LEFT_OUT = Misconception(
    "two dimensions only",
    "Tensors with more than two dimensions, such as the kernels of a convolution, are left out.",
    "Is your condition met by a tensor of three dimensions?",
)
EVAL_FORGOTTEN = Misconception(
    "evaluation in training mode",
    "The model is looked at while dropout is on.",
    "Who tells the model that it is being looked at?",
)
TRAIN_FORGOTTEN = Misconception(
    "training mode does not come back",
    "After the first look the model stays in evaluation mode, so dropout is off from then on.",
    "Who tells the model that it is to learn again?",
)
EVALUATION_RECORDED = Misconception(
    "gradients recorded while looking",
    "eval() changes the layers; autograd goes on recording.",
    "Which block tells autograd to look away?",
)
BATCH_MEANS = Misconception(
    "mean of the means",
    "The mean of the batches counts a row of a small last batch more than the others.",
    "What must the loss of a batch be multiplied by before it is added up?",
)
CHOSEN_BY_TRAINING = Misconception(
    "chosen by the training loss",
    "The best epoch is the one with the lowest training loss, and the rows held back should choose.",
    "Which loss tells about rows that the model has not learnt from?",
)
TEST_EVERY_EPOCH = Misconception(
    "test rows used in every epoch",
    "Rows that are looked at in every epoch help to choose, and are no test any more.",
    "When is everything decided?",
)
TEST_NEVER = Misconception(
    "test rows never used",
    "Nobody went through the test rows.",
    "Which rows have neither taught nor chosen anything?",
)
ZEROS_HARMLESS = Misconception(
    "zeros thought harmless",
    "A weight of zero lets nothing through.",
    "What is zero times the input?",
)
WIDTH_OVERLOOKED = Misconception(
    "width of the layer overlooked",
    "Many terms of size one add up to a large sum, and tanh of a large number is near one in size.",
    "How does a sum of random terms grow with their number?",
)
XAVIER_OVERLOOKED = Misconception(
    "Xavier's purpose overlooked",
    "These weights are as small as the layer is wide, so that the sum keeps its size.",
    "How large is a sum of many terms that are each small in that measure?",
)
RELU_HARMLESS = Misconception(
    "relu thought to keep the size",
    "relu sets one half of the numbers to zero in each layer.",
    "What is left of the mean square?",
)
HALVED_EACH_LAYER = Misconception(
    "mean square for size",
    "The mean square is halved in each layer; the size is its root.",
    "By which factor does the size shrink when its square is halved?",
)
INIT_LEFT = Misconception(
    "initialisation of torch left",
    "These are the weights that torch draws when a layer is made.",
    "Which layers did your function reach?",
)
TOP_LAYERS_ONLY = Misconception(
    "inner layers not reached",
    "The layers inside another module keep what torch drew for them.",
    "What is the difference between children() and modules()?",
)
OUTPUTS_FOR_INPUTS = Misconception(
    "outputs for inputs",
    "The deviation belongs to the number of outputs, and Kaiming's keeps the size on the way forward.",
    "How many terms does one output add up?",
)
ONE_SIDE_ONLY = Misconception(
    "one side of the layer only",
    "Xavier's deviation knows both sides of the layer, its inputs and its outputs.",
    "Which two numbers are averaged in the formula?",
)
GAIN_LEFT_OUT = Misconception(
    "factor under the root left out",
    "The factor under the root is missing.",
    "What makes up for the half that relu takes away, and for the mean of two sides?",
)
GAIN_ADDED = Misconception(
    "gain that was not asked for",
    "The deviation has torch's gain for tanh in it, and the plain formula was asked for.",
    "What does the argument gain do?",
)
BOUND_FOR_DEVIATION = Misconception(
    "bound for deviation",
    "The numbers are drawn evenly up to the deviation, so that their own deviation is smaller.",
    "How far does an even distribution reach when its deviation is given?",
)
BIASES_LEFT = Misconception(
    "biases not set to zero",
    "Some bias is not zero.",
    "Which parameters besides the weights does a layer have?",
)
NOT_CENTRED = Misconception(
    "weights of one sign",
    "The weights do not lie around zero.",
    "Which function draws from zero to one, and which around zero?",
)
TENSORS_MISSING = Misconception(
    "tensors in no group",
    "The optimizer would never move a tensor that is in no group.",
    "Do the groups together hold as many tensors as model.parameters()?",
)
ALL_DECAY = Misconception(
    "decay on everything",
    "Biases and normalisation shrink too.",
    "Which tensors have one dimension only?",
)
DECAY_EXCHANGED = Misconception(
    "decay on the wrong group",
    "The biases shrink and the weights do not.",
    "Which of the two groups is to be kept small?",
)
NORMS_DECAY = Misconception(
    "normalisation shrinks",
    "The weights of the normalisation layer are called weight and have one dimension, as a bias has.",
    "What tells a matrix from a vector, besides its name?",
)

SUPER_MISSING = Misconception(
    "super().__init__() missing",
    "A module must be set up by nn.Module before it can hold parameters.",
    "Which line does every __init__ of a module begin with?",
)
SHAPES_DIFFER = Misconception(
    "output and target of different shapes",
    "The loss compares entry with entry, and the two have different shapes.",
    "What shape has the output of the model, and what shape have the targets?",
)
NOT_A_PROBABILITY = Misconception(
    "score for probability",
    "This loss takes a probability, and a score can be any number.",
    "Which function turns a single score into a probability?",
)
IN_TWO_GROUPS = Misconception(
    "tensor in two groups",
    "A tensor belongs to one group of an optimizer only.",
    "Which condition sorts each tensor into exactly one of the groups?",
)
SINGLE_PRECISION = Misconception(
    "single precision beside double",
    "One of the tensors is in single precision, and the other in double.",
    "Which dtype did torch take when none was said?",
)

# --------------------------------------------------------------------------- Python itself
NO_RETURN = Misconception(
    "nothing returned",
    "The function returns nothing, which Python calls None.",
    "Which line hands the result back?",
)
OTHER_RETURN = Misconception(
    "another number of results",
    "The function returns another number of things than the line that calls it takes.",
    "What does the docstring say is returned, and in which order?",
)
NO_TOLERANCE = Misconception(
    "missing tolerance compared",
    "A tolerance that was not given is None, and None is not smaller or larger than anything.",
    "What do you ask before you compare with tol?",
)
QUOTES_MISSING = Misconception(
    "quotes missing",
    "A letter without quotes is the name of a variable.",
    "How does Python tell a text from a name?",
)

SELF_ASSIGNED = r"(?m)^[ \t]*([\w.]+)[ \t]*=[ \t]*\1[ \t]*-"

CRASHES = (
    Crash(REBOUND, "RuntimeError", "does not require grad", SELF_ASSIGNED),
    Crash(REBOUND, "TypeError", "NoneType", SELF_ASSIGNED),
    Crash(REBOUND, "AttributeError", "NoneType", SELF_ASSIGNED),
    Crash(INTEGER, "RuntimeError", "floating point"),
    Crash(NO_GRAD_ASKED, "RuntimeError", "does not require grad"),
    Crash(NOT_SCALAR, "RuntimeError", "only for scalar outputs"),
    Crash(GRAPH_REUSED, "RuntimeError", "backward through the graph a second time"),
    Crash(IN_PLACE_WATCHED, "RuntimeError", "leaf Variable that requires grad"),
    Crash(STILL_WATCHED, "RuntimeError", "Can't call numpy() on Tensor that requires grad"),
    Crash(CLOSURE_CALLED, "TypeError", "'Tensor' object is not callable", r"step\(\s*\w+\(\)"),
    Crash(CLOSURE_CALLED, "TypeError", "'float' object is not callable", r"step\(\s*\w+\(\)"),
    Crash(GRAD_CALLED, "TypeError", "'Tensor' object is not callable", r"\.grad\(\)"),
    Crash(FUNCTION_LOST, "TypeError", "'Tensor' object is not callable"),
    Crash(TENSOR_WITHOUT, "AttributeError", "'Tensor' object has no attribute 'zero_grad'"),
    Crash(GRAPH_REUSED, "RuntimeError", "modified by an inplace operation", "retain_graph"),
    *(
        Crash(MODULE_LOST, "AttributeError", f"'{name}' object has no attribute", r"\boptim\.")
        for name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "LBFGS")
    ),
    Crash(OTHER_RETURN, "AttributeError", "'tuple' object has no attribute"),
    Crash(GRAD_IS_NONE, "TypeError", "for *: 'float' and 'NoneType'"),
    Crash(GRAD_IS_NONE, "TypeError", "for *: 'NoneType' and 'float'"),
    Crash(GRAD_IS_NONE, "TypeError", "unary -: 'NoneType'"),
    *(
        Crash(GRAD_IS_NONE, "AttributeError", f"'NoneType' object has no attribute '{name}'")
        for name in ("zero_", "item", "clone", "detach", "data", "norm", "sign", "numpy", "tolist", "fill_")
    ),
    Crash(NO_RETURN, "TypeError", "cannot unpack non-iterable NoneType", r"(?m)^def "),
    Crash(NO_RETURN, "TypeError", "'NoneType' object is not", r"(?m)^def "),
    Crash(NO_RETURN, "TypeError", "expected a scheduler, got NoneType"),
    Crash(NO_RETURN, "AttributeError", "'NoneType' object has no attribute 'xs'"),
    Crash(NO_RETURN, "AttributeError", "'NoneType' object has no attribute 'fs'"),
    Crash(NO_TOLERANCE, "TypeError", "not supported between instances of 'float' and 'NoneType'"),
    Crash(NO_TOLERANCE, "TypeError", "not supported between instances of 'Tensor' and 'NoneType'"),
    Crash(OTHER_RETURN, "ValueError", "values to unpack"),
    Crash(NOT_A_LEAF, "ValueError", "can't optimize a non-leaf Tensor"),
    Crash(NOT_A_LIST, "TypeError", "params argument given to the optimizer should be an iterable"),
    Crash(CLOSURE_MISSING, "TypeError", "missing 1 required positional argument: 'closure'"),
    Crash(METRIC_MISSING, "TypeError", "missing 1 required positional argument: 'metrics'"),
    Crash(CYCLE_OVERRUN, "ValueError", "Tried to step"),
    Crash(CLOSURE_RETURNS_NOTHING, "TypeError", "float() argument must be a string or a real number, not 'NoneType'"),
    Crash(SUPER_MISSING, "AttributeError", "before Module.__init__() call"),
    Crash(SHAPES_DIFFER, "ValueError", "must be the same as input size"),
    Crash(NOT_A_PROBABILITY, "RuntimeError", "elements of input should be between 0 and 1"),
    Crash(IN_TWO_GROUPS, "ValueError", "some parameters appear in more than one parameter group"),
    Crash(SINGLE_PRECISION, "RuntimeError", "have the same dtype"),
    Crash(SINGLE_PRECISION, "RuntimeError", "Found dtype"),
    Crash(SHAPES_DIFFER, "ValueError", "Using a target size"),
    *(Crash(OTHER_RETURN, "KeyError", f"'{name}'") for name in ("train", "val", "best", "test")),
    Crash(OTHER_RETURN, "TypeError", "tuple indices must be integers"),
    Crash(QUOTES_MISSING, "NameError", "name '", r"answer\[[^]\n]+\][ \t]*=[ \t]*[\[(]?[A-Za-z](?!\w)"),
)
