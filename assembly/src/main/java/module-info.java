/**
 * How an application is put together: finding plugins, binding a configuration to records, making
 * the parts by injection, and checking that they fit each other before anything runs.
 */
module dev.difftop.assembly {
  requires transitive dev.difftop.api;
  requires com.google.guice;
  // Guice is an automatic module and so pulls in no explicit one; Guava is one.
  requires com.google.common;
  requires org.yaml.snakeyaml;

  exports dev.difftop.assembly;

  uses dev.difftop.api.ServiceType;

  provides dev.difftop.api.PartFactory.Finder with
      dev.difftop.assembly.DiscoveredParts.Discoverer;
}
