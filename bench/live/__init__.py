"""`make bench-live`: the live layer of the real product against rivals, side by side in one run."""
