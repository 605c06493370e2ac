package dev.difftop.models.dynamics;

import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link LinearTimeVarying}. */
public record LinearTimeVaryingConfig(
    @Doc("number of stages that the tables F and f have") @Range(min = 1) int stages) {}
