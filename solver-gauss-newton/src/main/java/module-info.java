/** Gauss-Newton, Levenberg-Marquardt and Newton directions over the actions. */
module dev.difftop.solver.gaussnewton {
  requires dev.difftop.api;
  requires dev.difftop.optimization;

  exports dev.difftop.solver.gaussnewton; // configuration records

  opens dev.difftop.solver.gaussnewton;

  provides dev.difftop.api.SolverProvider with
      dev.difftop.solver.gaussnewton.GaussNewtonProvider,
      dev.difftop.solver.gaussnewton.LbfgsProvider;
}
