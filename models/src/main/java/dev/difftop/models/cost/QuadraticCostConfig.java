package dev.difftop.models.cost;

import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link QuadraticCost}. */
public record QuadraticCostConfig(
    @Doc("number of stages that the tables C and c have") @Range(min = 1) int stages) {}
