/** Policies that state an action, or its distribution, directly: plain and recurrent cloning. */
package dev.difftop.learner.imitation.cloning;
