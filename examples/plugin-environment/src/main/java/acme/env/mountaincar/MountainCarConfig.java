package acme.env.mountaincar;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link MountainCar}. */
record MountainCarConfig(
    @Doc("change of velocity by full throttle in a step; 0.0015 is too little to drive straight up")
        @Range(min = 0, open = true)
        @Default("0.0015")
        double power,
    @Doc("steps of an episode") @Range(min = 1) @Default("300") int episodeSteps) {}
