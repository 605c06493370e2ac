/** A plugin of difftop that brings an environment of its own. */
module acme.env.mountaincar {
  requires dev.difftop.api;

  provides dev.difftop.api.environment.EnvironmentProvider with
      acme.env.mountaincar.MountainCarProvider;

  opens acme.env.mountaincar; // for injection and configuration; exported to nobody
}
