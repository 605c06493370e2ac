/** The demonstrated action of the nearest window: a check of data and observations. */
package dev.difftop.learner.imitation.nearest;
