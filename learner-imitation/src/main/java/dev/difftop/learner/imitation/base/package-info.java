/**
 * What learners from demonstrations share: windows in, gradient steps on a loss, an averaged copy,
 * validation, and a policy that executes the first actions of every chunk. A learner is a {@link
 * dev.difftop.learner.imitation.base.CloningModel}: its parameters, its loss, and how it plans a
 * chunk.
 */
package dev.difftop.learner.imitation.base;
