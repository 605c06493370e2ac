/** Encoders: identity, perceptrons, pictures and points. */
package dev.difftop.models.encoder;
