// The whole public API.
#pragma once

#include "pratique/audit.h"      // IWYU pragma: export
#include "pratique/data.h"       // IWYU pragma: export
#include "pratique/file.h"       // IWYU pragma: export
#include "pratique/limits.h"     // IWYU pragma: export
#include "pratique/load.h"       // IWYU pragma: export
#include "pratique/model.h"      // IWYU pragma: export
#include "pratique/policy.h"     // IWYU pragma: export
#include "pratique/registry.h"   // IWYU pragma: export
#include "pratique/rejection.h"  // IWYU pragma: export
#include "pratique/report.h"     // IWYU pragma: export
#include "pratique/validate.h"   // IWYU pragma: export
