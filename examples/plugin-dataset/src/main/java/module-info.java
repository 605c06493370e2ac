/** Demonstrations in files of comma-separated values. */
module acme.dataset.csv {
  requires dev.difftop.api;

  provides dev.difftop.api.dataset.DatasetProvider with
      acme.dataset.csv.CsvProvider;

  // For configuration and injection; nothing is exported.
  opens acme.dataset.csv;
}
