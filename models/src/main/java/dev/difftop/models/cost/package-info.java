/** Costs: quadratic ones, swing-ups, learned ones, and limits around another cost. */
package dev.difftop.models.cost;
