"""Read models over the whole book: portfolio definitions, lists that join floors, the summary of the main job."""
