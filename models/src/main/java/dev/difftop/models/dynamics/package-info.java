/** Dynamics: pendulum, cartpole, linear and learned ones. */
package dev.difftop.models.dynamics;
