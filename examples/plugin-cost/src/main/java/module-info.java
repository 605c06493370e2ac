/** A cost that steers around an obstacle. */
module acme.cost.obstacle {
  requires dev.difftop.api;

  provides dev.difftop.api.CostProvider with
      acme.cost.obstacle.ObstacleProvider;

  // For configuration and injection; nothing is exported.
  opens acme.cost.obstacle;
}
