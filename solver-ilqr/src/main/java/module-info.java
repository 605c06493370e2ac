/** Iterative LQR and differential dynamic programming with control limits. */
module dev.difftop.solver.ilqr {
  requires dev.difftop.api;
  requires dev.difftop.optimization;

  exports dev.difftop.solver.ilqr; // configuration records

  opens dev.difftop.solver.ilqr;

  provides dev.difftop.api.SolverProvider with
      dev.difftop.solver.ilqr.IlqrProvider;
}
