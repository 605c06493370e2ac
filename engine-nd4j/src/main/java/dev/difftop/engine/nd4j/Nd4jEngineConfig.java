package dev.difftop.engine.nd4j;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;

/** Settings of the engine. */
record Nd4jEngineConfig(
    @Doc(
            "whether plans look for infinite numbers and NaN after every operation, and name the first"
                + " that made one; slow, for finding out where numbers go wrong")
        @Default("false")
        boolean checkFinite) {}
