package dev.difftop.models.cost.task;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link PendulumSwingup}: where its weights start. */
public record PendulumSwingupConfig(
    @Doc("q_c, weight of (cos θ - 1)²") @Range(min = 0) @Default("1") double cosine,
    @Doc("q_s, weight of sin² θ") @Range(min = 0) @Default("1") double sine,
    @Doc("q_w, weight of ω²") @Range(min = 0) @Default("0.1") double velocity,
    @Doc("r, weight of u²") @Range(min = 0) @Default("0.01") double action) {}
