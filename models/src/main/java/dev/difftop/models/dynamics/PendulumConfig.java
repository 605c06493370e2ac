package dev.difftop.models.dynamics;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link Pendulum}; the physical numbers are where its parameters start. */
public record PendulumConfig(
    @Doc("time step in seconds") @Range(min = 0, open = true) @Default("0.05") double dt,
    @Doc("g, gravity in m/s²") @Default("9.81") double gravity,
    @Doc("m, mass in kg") @Range(min = 0, open = true) @Default("1") double mass,
    @Doc("l, length in m") @Range(min = 0, open = true) @Default("1") double length) {}
