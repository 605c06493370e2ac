package dev.difftop.models;

/** {@link IdentityEncoder} has no settings. */
public record IdentityEncoderConfig() {}
