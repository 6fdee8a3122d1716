import type { DeviceOptions } from '../pkg/kinglet_web.js';
import { KingletError } from './error.js';

/** The browser's adapter, the same that the engine will get. */
export async function requestAdapter(): Promise<GPUAdapter> {
  if (!navigator.gpu) {
    throw new KingletError('no-webgpu', 'this browser has no WebGPU, or the page is not served by https');
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new KingletError('no-webgpu', 'this browser has WebGPU, but no adapter for it');
  return adapter;
}

/** The name of an adapter, put together from what the browser gives away. */
export function adapterName({ info }: GPUAdapter): string {
  const spelled = info.architecture === 'swiftshader' ? 'SwiftShader' : info.architecture;
  return info.description || info.device || [info.vendor, spelled].filter(Boolean).join(' ') || 'unknown';
}

/**
 * Tells the engine about the adapter what wgpu does not, and completes what wgpu asks browsers for: it knows nothing of
 * subgroups there. To be called once, before the engine opens its device.
 */
export async function prepareAdapter(options: Pick<DeviceOptions, 'tier' | 'limits'>): Promise<DeviceOptions> {
  const adapter = await requestAdapter();
  const wanted = options.tier !== 'baseline';
  const requestDevice = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, descriptor: GPUDeviceDescriptor = {}) {
    const requiredFeatures = [...(descriptor.requiredFeatures ?? [])];
    if (wanted && this.features.has('subgroups')) requiredFeatures.push('subgroups');
    const device = await requestDevice.call(this, { ...descriptor, requiredFeatures });
    hideInternalErrors(device);
    return device;
  };
  return {
    ...options,
    name: adapterName(adapter),
    software: adapter.info.isFallbackAdapter ?? false,
    subgroups: wanted && adapter.features.has('subgroups'),
  };
}

/** wgpu panics on errors that are neither about validation nor about memory; it gets them as the former. */
function hideInternalErrors(device: GPUDevice): void {
  const known = (error: GPUError): GPUError =>
    error instanceof GPUInternalError ? new GPUValidationError(error.message) : error;
  const popErrorScope = device.popErrorScope.bind(device);
  device.popErrorScope = async () => {
    const error = await popErrorScope();
    return error && known(error);
  };
  // This listener is the first, so wgpu's is not called for what it would not survive.
  device.addEventListener('uncapturederror', (event) => {
    if (!(event.error instanceof GPUInternalError)) return;
    event.stopImmediatePropagation();
    device.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error: known(event.error) }));
  });
}
