// Run by the build over every table: a rule that no one can check stops the build, not a user.
#include <cstdio>

#include "container/manifest.h"
#include "manifest_bfbs_generated.h"
#include "registry/schema_faults.h"
#include "state/plan.h"

int main() {
  using namespace pratique;
  std::vector<std::string> faults = SchemaFaults(Registry::Builtin());
  const auto plan =
      CompilePlan({fb::ManifestBinarySchema::data(), fb::ManifestBinarySchema::size()}, InfoOf<manifest::Manifest>());
  if (!plan.ok()) faults.emplace_back(plan.status().message());
  for (const std::string& fault : faults) std::fprintf(stderr, "schema_check: %s\n", fault.c_str());
  return faults.empty() ? 0 : 1;
}
