//! What the program draws. `tests/desktop.rs` draws the same.

use kinglet::wgpu::*;

/// The frames of a program, drawn one after another.
pub struct Frames {
    device: Device,
    queue: Queue,
    number: Buffer,
    bindings: BindGroup,
    pipeline: RenderPipeline,
    drawn: u32,
}

impl Frames {
    /// Nothing drawn yet.
    pub fn new(device: &Device, queue: &Queue, format: TextureFormat) -> Frames {
        let shader = device.create_shader_module(include_wgsl!("frame.wgsl"));
        let pipeline = device.create_render_pipeline(&RenderPipelineDescriptor {
            label: Some("frame"),
            layout: None,
            vertex: VertexState {
                module: &shader,
                entry_point: Some("corner"),
                compilation_options: PipelineCompilationOptions::default(),
                buffers: &[],
            },
            fragment: Some(FragmentState {
                module: &shader,
                entry_point: Some("colour"),
                compilation_options: PipelineCompilationOptions::default(),
                targets: &[Some(format.into())],
            }),
            primitive: PrimitiveState::default(),
            depth_stencil: None,
            multisample: MultisampleState::default(),
            multiview_mask: None,
            cache: None,
        });
        let number = device.create_buffer(&BufferDescriptor {
            label: Some("frame number"),
            size: 4,
            usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let bindings = device.create_bind_group(&BindGroupDescriptor {
            label: Some("frame"),
            layout: &pipeline.get_bind_group_layout(0),
            entries: &[BindGroupEntry { binding: 0, resource: number.as_entire_binding() }],
        });
        Frames { device: device.clone(), queue: queue.clone(), number, bindings, pipeline, drawn: 0 }
    }

    /// How many were drawn.
    pub fn drawn(&self) -> u32 {
        self.drawn
    }

    /// Draws the next frame.
    pub fn draw(&mut self, target: &Texture) -> SubmissionIndex {
        self.queue.write_buffer(&self.number, 0, &self.drawn.to_le_bytes());
        let view = target.create_view(&TextureViewDescriptor::default());
        let mut encoder = self.device.create_command_encoder(&CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_render_pass(&RenderPassDescriptor {
            color_attachments: &[Some(RenderPassColorAttachment {
                view: &view,
                depth_slice: None,
                resolve_target: None,
                ops: Operations::default(),
            })],
            ..RenderPassDescriptor::default()
        });
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.bindings, &[]);
        pass.draw(0..3, 0..1);
        drop(pass);
        self.drawn += 1;
        self.queue.submit([encoder.finish()])
    }
}

/// A target without a window.
pub fn offscreen(device: &Device) -> Texture {
    device.create_texture(&TextureDescriptor {
        label: Some("offscreen"),
        size: Extent3d { width: 256, height: 64, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: TextureDimension::D2,
        format: TextureFormat::Rgba8Unorm,
        usage: TextureUsages::RENDER_ATTACHMENT | TextureUsages::COPY_SRC,
        view_formats: &[],
    })
}
