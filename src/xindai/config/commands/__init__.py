"""The commands of `./xindai`: each module has `run(options, places) -> exit code`."""
