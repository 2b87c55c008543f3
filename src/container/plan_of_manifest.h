#pragma once

#include "state/plan.h"

namespace pratique {

// Compiled on first use; a manifest.fbs that does not compile is a bug the build's schema_check finds.
const Plan& ManifestPlan();

}  // namespace pratique
