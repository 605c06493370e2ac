/**
 * Contract tests that every plugin passes, with what they need: test problems with known answers,
 * test programs, finite differences. A plugin's test extends a contract and says which provider and
 * settings it is about; no native part and no injector is needed.
 */
open module dev.difftop.testkit {
  requires transitive dev.difftop.api;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;
  requires jdk.management;
  requires java.management;

  exports dev.difftop.testkit;
}
