"""What is known to be wrong with metrics of Quantus 0.6.0, by the name of their class.

Measured with maps of two small models, integrated gradients and random ones among them.
"""

FAULTS = {
    "AttributionLocalisation": "It is the same as the relevance mass; with weighted: true it is wrong.",
    "Completeness": "It compares two floats by ==, which no map of a real model passes: use completeness.",
    "Consistency": "It scored random maps like integrated gradients.",
    "Continuity": "One of its shifts can be by nothing.",
    "EffectiveComplexity": "With its own eps every pixel of a real map counted.",
    "EfficientMPRT": "It fails unless softmax is true, and passes all images through the model at once: use "
    "efficient_mprt.",
    "Focus": "It needs mosaics of twice the image's size.",
    "Infidelity": "It depends on the scale of the logits, and of a map that is not normalised.",
    "InputInvariance": "It fails on models of timm.",
    "IROF": "Its mean fill is the mean of the whole batch. It divides by p_y, so it falls without limit, below −1000.",
    "Monotonicity": "It gave 1 for every map, random ones among them.",
    "MonotonicityCorrelation": "It put maps in a wrong order, and fails where a probability is below 0.00001.",
    "MPRT": "Its average counts the comparison with the unchanged model.",
    "NonSensitivity": "It is right only with features_in_step: 1, and a black fill counts a black background.",
    "RandomLogit": "It fails for fewer than 1000 classes unless num_classes says how many there are.",
    "RegionPerturbation": "Quantus says that lower is better; but it returns the fall of p_y, of which more is better.",
    "RelativeInputStability": "It was undefined for a tenth of images with black pixels.",
    "RelativeOutputStability": "It was undefined for half of the images with black pixels.",
    "RelativeRepresentationStability": "It was undefined for most images with black pixels.",
    "ROAD": "It scores the first batch alone, and no single image: use road.",
    "SensitivityN": "It scores the first batch alone, correlates across images, and was undefined for integrated "
    "gradients.",
    "SmoothMPRT": "It makes maps by a method of its own, and not by the panel's attribution: use smooth_mprt.",
    "Sufficiency": "It scored random maps like integrated gradients.",
}
