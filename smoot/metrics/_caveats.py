"""What to beware of in more than one metric, as sentences of their `deviations`."""

MASKED_TRAINING = (
    "A model trained on masked images keeps more of its accuracy when pixels go, whichever go, and this score does not "
    "subtract that: read it beside the random map's differences."
)
LOGIT_SCALE = (
    "It depends on the scale of the logits, though that changes no prediction: models of different calibration are not "
    "strictly comparable."
)
BLACK_BACKGROUND = (
    "On black backgrounds input × gradient and integrated gradients localise almost by themselves, as they scale with "
    "the image's own values: read the gradient map's score."
)
