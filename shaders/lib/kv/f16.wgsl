// The KV cache as f16, two a word. Indices count four elements.

@group(0) @binding(12) var<storage, #{KV_ACCESS}> kv: array<vec2<u32>>;

fn kv_load(index: u32) -> vec4<f32> {
    let words = kv[index];
    return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y));
}

#ifdef KV_STORE
fn kv_store(index: u32, value: vec4<f32>) {
    let inside = clamp(value, vec4<f32>(-65504.0), vec4<f32>(65504.0));
    kv[index] = vec2<u32>(pack2x16float(inside.xy), pack2x16float(inside.zw));
}
#endif
