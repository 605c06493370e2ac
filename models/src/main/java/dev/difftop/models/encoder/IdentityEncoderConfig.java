package dev.difftop.models.encoder;

/** {@link IdentityEncoder} has no settings. */
public record IdentityEncoderConfig() {}
