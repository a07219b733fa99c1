"""The measurements of `./xindai bench`: one module for each job, the goals of all in goals.yaml."""
