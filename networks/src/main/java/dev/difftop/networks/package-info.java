/**
 * Networks as program builders. A builder has a prefix, declares its parameters below it, and
 * applies itself to tensors, given a lookup of parameters by full name. Axes before the last one,
 * such as steps of a sequence, pass through unless a class says otherwise.
 */
package dev.difftop.networks;
