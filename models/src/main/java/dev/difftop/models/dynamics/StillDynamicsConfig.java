package dev.difftop.models.dynamics;

/** Settings of {@link StillDynamics}: none. */
public record StillDynamicsConfig() {}
