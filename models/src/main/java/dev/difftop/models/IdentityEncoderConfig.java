package dev.difftop.models;

/** {@link IdentityEncoder} has no settings. */
record IdentityEncoderConfig() {}
