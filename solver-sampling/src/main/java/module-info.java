/** Solvers that sample trajectories, and one that polishes what another has found. */
module dev.difftop.solver.sampling {
  requires dev.difftop.api;
  requires dev.difftop.optimization;

  exports dev.difftop.solver.sampling; // configuration records

  opens dev.difftop.solver.sampling;

  provides dev.difftop.api.SolverProvider with
      dev.difftop.solver.sampling.MppiProvider,
      dev.difftop.solver.sampling.CemProvider,
      dev.difftop.solver.sampling.HybridProvider;
}
