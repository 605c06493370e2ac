package dev.difftop.models;

/** Settings of {@link StillDynamics}: none. */
record StillDynamicsConfig() {}
