package dev.difftop.engine.nd4j;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;

/** Settings of the engine. */
record Nd4jEngineConfig(
    @Doc("whether plans measure the time of every step and list it in their dump") @Default("false")
        boolean profile) {}
