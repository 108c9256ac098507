"""`scripts/run`: the whole product on embedded parts with one command, and `--smoke`, its proof.

The launcher itself stays on the standard library until every part is started; only `prepare`, `smoke` and the
commands for real deployments import the product.
"""
