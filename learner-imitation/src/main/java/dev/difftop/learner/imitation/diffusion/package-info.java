/** Diffusion policies: chunks of actions out of noise. */
package dev.difftop.learner.imitation.diffusion;
