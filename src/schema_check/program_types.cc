// The check of the schemas, for a program with types of its own: pratique_add_types() builds and runs it.
#include "registry/program_types.h"

#include <cstdio>

#include "registry/schema_faults.h"

int main() {
  const std::vector<std::string> faults = pratique::SchemaFaults(pratique::ProgramTypes());
  for (const std::string& fault : faults) std::fprintf(stderr, "schema check: %s\n", fault.c_str());
  return faults.empty() ? 0 : 1;
}
