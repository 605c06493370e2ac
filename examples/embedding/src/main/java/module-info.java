/** Programs that embed difftop; they run on the class path as well, where this file is not read. */
module embedding {
  requires dev.difftop.api;
  requires dev.difftop.optimization;
  requires dev.difftop.solver.ilqr;
}
