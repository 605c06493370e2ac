package dev.difftop.models.dynamics;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link Cartpole}; the physical numbers are where its parameters start. */
public record CartpoleConfig(
    @Doc("time step in seconds") @Range(min = 0, open = true) @Default("0.05") double dt,
    @Doc("g, gravity in m/s²") @Default("9.81") double gravity,
    @Doc("mc, mass of the cart in kg") @Range(min = 0, open = true) @Default("1") double cartMass,
    @Doc("mp, mass of the pole in kg") @Range(min = 0, open = true) @Default("0.1") double poleMass,
    @Doc("l, half the length of the pole in m") @Range(min = 0, open = true) @Default("0.5")
        double halfLength) {}
