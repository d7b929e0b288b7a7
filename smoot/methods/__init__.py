"""Training methods. A component is `Params`, the schema of its entry, and `Method`; its docstring begins with its name.

All that it needs is in `smoot.training.method`. One with a loss of its own is a file such as:

    \"\"\"noise: trains on noisy images. Minimises CE(f(x + ε), y), ε Gaussian.\"\"\"

    import torch
    from pydantic import Field
    from torch import nn

    from smoot.training import method
    from smoot.training.method import Batch, MethodParams, StepResult


    class Params(MethodParams):
        sigma: float = Field(0.1, ge=0, description="in standard deviations of the training images")


    class Method(method.Method):
        def step(self, model: nn.Module, batch: Batch) -> StepResult:
            noise = self.params.sigma * self.context.draw("noise", batch, torch.randn)
            logits = self.context.logits(model, batch.images + noise)
            loss, ce = self.context.objective(logits, batch.labels)
            loss.backward()
            return self.context.result(batch, loss, logits, ce)

`create_graph=True` for a penalty on gradients, several backward passes, and `undisturbed(model)` for passes beside the
training pass (adversarial examples) work alike for one process and for several. A file that begins with "_" is a helper
of methods.
"""
