/**
 * TD-MPC and DiffTOP from interaction. Hansen, Wang, Su, "Temporal difference learning for model
 * predictive control", 2022; Wan, Wang, Wang, Erickson, Held, "DiffTORI", 2024.
 */
package dev.difftop.learner.modelbased;
