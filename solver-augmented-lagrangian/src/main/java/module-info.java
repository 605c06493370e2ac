/** Limits beside the box by an augmented Lagrangian around any solver. */
module dev.difftop.solver.lagrangian {
  requires dev.difftop.api;
  requires dev.difftop.optimization;

  exports dev.difftop.solver.lagrangian; // configuration records

  opens dev.difftop.solver.lagrangian;

  provides dev.difftop.api.SolverProvider with
      dev.difftop.solver.lagrangian.AugmentedLagrangianProvider;
}
