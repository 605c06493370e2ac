package dev.difftop.models;

/** Settings of {@link StillDynamics}: none. */
public record StillDynamicsConfig() {}
