// The KV cache as f32. Indices count four elements.

@group(0) @binding(12) var<storage, #{KV_ACCESS}> kv: array<vec4<f32>>;

fn kv_load(index: u32) -> vec4<f32> {
    return kv[index];
}

#ifdef KV_STORE
fn kv_store(index: u32, value: vec4<f32>) {
    kv[index] = value;
}
#endif
