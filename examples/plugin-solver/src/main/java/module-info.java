/** A solver made of a direction of its own and the library's line search. */
module acme.solver.newton {
  requires dev.difftop.api;
  requires dev.difftop.optimization;

  provides dev.difftop.api.SolverProvider with
      acme.solver.newton.NewtonProvider;

  // For configuration and injection; nothing is exported.
  opens acme.solver.newton;
}
