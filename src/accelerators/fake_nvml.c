/* A libnvidia-ml.so.1 for tests: GPUs as the file that FAKE_NVML names says. One GPU a line:
 *
 *   UUID|name|minor|total bytes|used bytes|utilisation|processes|state
 *
 * A line that begins with "MIG-" is a slice of the GPU above it. Utilisation "-" is not supported.
 * State is ok, lost or gone. The file is read anew at each call. A first line "init N" makes
 * nvmlInit fail with N. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gpu {
  char uuid[80], name[96], use[16], state[16];
  unsigned minor, processes;
  unsigned long long total, used;
  int parent; /* of a slice; -1 */
};

static struct gpu gpus[16];
static int count, failing;

static void load(void) {
  const char* path = getenv("FAKE_NVML");
  FILE* file = path ? fopen(path, "r") : NULL;
  char line[512];
  int whole = -1;
  count = 0;
  failing = 0;
  while (file && count < 16 && fgets(line, sizeof line, file)) {
    struct gpu* g = &gpus[count];
    if (sscanf(line, "init %d", &failing) == 1) continue;
    if (sscanf(line, "%79[^|]|%95[^|]|%u|%llu|%llu|%15[^|]|%u|%15s", g->uuid, g->name, &g->minor,
               &g->total, &g->used, g->use, &g->processes, g->state) != 8)
      continue;
    if (!strcmp(g->state, "gone")) continue;
    g->parent = strncmp(g->uuid, "MIG-", 4) ? -1 : whole;
    if (g->parent < 0) whole = count;
    ++count;
  }
  if (file) fclose(file);
}

/* A handle is the place in the list, from 1. */
static struct gpu* get(void* handle, int* status) {
  const long at = (long)handle - 1;
  load();
  *status = 2;
  if (at < 0 || at >= count) return NULL;
  *status = strcmp(gpus[at].state, "lost") ? 0 : 15;
  return &gpus[at];
}

static void* handle_of(int at) { return (void*)(long)(at + 1); }

static int put(char* to, unsigned room, const char* text) {
  if (strlen(text) >= room) return 7;
  strcpy(to, text);
  return 0;
}

int nvmlInit_v2(void) {
  load();
  return failing;
}
int nvmlShutdown(void) { return 0; }

const char* nvmlErrorString(int status) {
  switch (status) {
    case 2: return "Invalid Argument";
    case 3: return "Not Supported";
    case 6: return "Not Found";
    case 9: return "Driver Not Loaded";
    case 15: return "GPU is lost";
    case 18: return "Driver/library version mismatch";
    default: return "Unknown Error";
  }
}

int nvmlSystemGetDriverVersion(char* to, unsigned room) { return put(to, room, "550.54.15"); }

int nvmlDeviceGetCount_v2(unsigned* out) {
  load();
  *out = 0;
  for (int i = 0; i < count; ++i) *out += gpus[i].parent < 0;
  return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** out) {
  load();
  for (int i = 0; i < count; ++i) {
    if (gpus[i].parent >= 0 || index-- > 0) continue;
    *out = handle_of(i);
    return 0;
  }
  return 2;
}

int nvmlDeviceGetHandleByUUID(const char* uuid, void** out) {
  load();
  for (int i = 0; i < count; ++i) {
    if (strcmp(gpus[i].uuid, uuid)) continue;
    *out = handle_of(i);
    return strcmp(gpus[i].state, "lost") ? 0 : 15;
  }
  return 6;
}

int nvmlDeviceGetUUID(void* handle, char* to, unsigned room) {
  int status;
  struct gpu* g = get(handle, &status);
  return g ? put(to, room, g->uuid) : status;
}

int nvmlDeviceGetName(void* handle, char* to, unsigned room) {
  int status;
  struct gpu* g = get(handle, &status);
  return g ? put(to, room, g->name) : status;
}

int nvmlDeviceGetMinorNumber(void* handle, unsigned* out) {
  int status;
  struct gpu* g = get(handle, &status);
  if (g) *out = g->minor;
  return status;
}

int nvmlDeviceGetMemoryInfo(void* handle, unsigned long long* out) {
  int status;
  struct gpu* g = get(handle, &status);
  if (!g || status) return status;
  out[0] = g->total;
  out[1] = g->total - g->used;
  out[2] = g->used;
  return 0;
}

struct memory_v2 {
  unsigned version;
  unsigned long long total, reserved, free, used;
};

int nvmlDeviceGetMemoryInfo_v2(void* handle, struct memory_v2* out) {
  int status;
  struct gpu* g = get(handle, &status);
  if (out->version != (sizeof *out | 2u << 24)) return 25;
  if (!g || status) return status;
  out->total = g->total;
  out->reserved = 1 << 20;
  out->used = g->used;
  out->free = g->total - g->used - (1 << 20);
  return 0;
}

int nvmlDeviceGetUtilizationRates(void* handle, unsigned* out) {
  int status;
  struct gpu* g = get(handle, &status);
  if (!g || status) return status;
  if (!strcmp(g->use, "-")) return 3;
  out[0] = (unsigned)atoi(g->use);
  out[1] = 0;
  return 0;
}

int nvmlDeviceGetComputeRunningProcesses_v3(void* handle, unsigned* out, void* list) {
  int status;
  struct gpu* g = get(handle, &status);
  if (!g || status) return status;
  const unsigned room = *out;
  *out = g->processes;
  return g->processes > room || (g->processes && !list) ? 7 : 0;
}

int nvmlDeviceGetMigMode(void* handle, unsigned* current, unsigned* pending) {
  int status;
  struct gpu* g = get(handle, &status);
  if (!g) return status;
  *current = *pending = strstr(g->state, "mig") != NULL;
  const int at = (int)((long)handle - 1);
  if (at + 1 < count && gpus[at + 1].parent == at) *current = *pending = 1;
  return 0;
}

int nvmlDeviceGetMaxMigDeviceCount(void* handle, unsigned* out) {
  (void)handle;
  *out = 7;
  return 0;
}

int nvmlDeviceGetMigDeviceHandleByIndex(void* handle, unsigned index, void** out) {
  const int at = (int)((long)handle - 1);
  load();
  for (int i = at + 1; i < count && gpus[i].parent == at; ++i) {
    if (index-- > 0) continue;
    *out = handle_of(i);
    return 0;
  }
  return 6;
}

int nvmlDeviceGetGpuInstanceId(void* handle, unsigned* out) {
  int status;
  struct gpu* g = get(handle, &status);
  if (g) *out = g->minor; /* A slice's line has its instance there. */
  return status;
}

int nvmlDeviceGetComputeInstanceId(void* handle, unsigned* out) {
  (void)handle;
  *out = 0;
  return 0;
}
