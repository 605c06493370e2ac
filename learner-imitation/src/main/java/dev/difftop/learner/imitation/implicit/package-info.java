/** Implicit behavioral cloning: the action of lowest energy. */
package dev.difftop.learner.imitation.implicit;
